#include "train/train_mapping.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>
#include <ostream>
#include <random>

#include "base/error.h"
#include "base/resources.h"
#include "checkpoint/torch_tensors.h"
#include "mapping/mapping_module.h"
#include "train/augmentation.h"
#include "train/flat_adamw.h"
#include "train/picture_store.h"
#include "train/training_log.h"

namespace vividface {
namespace {

constexpr std::size_t kMaxProbe = 4096;  // held-out samples that are evaluated after every epoch
constexpr std::int64_t kEvaluationBatch = 256;

/// How much each control counts in the loss: config/mapping_training.json.
ControlVector loss_weights() {
  ControlVector weights;
  weights.fill(1);
  const auto file = resource("config/mapping_training.json");
  std::ifstream in(file);
  const auto root = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || !root.contains("loss_weights")) throw InputError(file.string() + ": expected loss_weights");
  for (const auto& [name, weight] : root["loss_weights"].items()) {
    const auto index = ControlTable::ameca().index_of(name);
    if (!index || !weight.is_number() || weight < 0)
      throw InputError(file.string() + ": loss_weights: expected a control's name and a number from 0, found " + name);
    weights[*index] = weight.get<float>();
  }
  return weights;
}

/// The unit in which the network speaks of a control is its spread in the training set: √12 deviations, which is the
/// range of an evenly spread one. A control that is not learnt keeps its neutral value, one that never varies its only
/// value.
void set_units(MappingArchitecture& architecture, const std::vector<MappingSample>& samples, ControlVector& weights) {
  for (std::size_t c = 0; c < kControlCount; ++c) {
    double sum = 0, squares = 0;
    for (const auto& sample : samples)
      sum += sample.controls[c], squares += static_cast<double>(sample.controls[c]) * sample.controls[c];
    const double n = static_cast<double>(samples.size()), mean = sum / n;
    const double deviation = std::sqrt(std::max(0.0, squares / n - mean * mean));
    if (deviation < 1e-4) weights[c] = 0;
    architecture.scale[c] = weights[c] > 0 ? static_cast<float>(std::sqrt(12.0) * deviation) : 0;
    architecture.offset[c] = weights[c] > 0 || deviation < 1e-4 ? static_cast<float>(mean) : 0;
    if (weights[c] == 0 && deviation >= 1e-4) architecture.offset[c] = ControlTable::ameca()[c].neutral;
  }
}

/// A part of the data set on the device: pictures of both kinds and what they show.
struct Part {
  std::vector<MappingSample> samples;
  PictureStore canonical, animated;

  void load(const MappingTraining& training, bool with_animated, const torch::Device& device, const char* name,
            std::ostream& progress) {
    canonical = load_pictures(samples, &MappingSample::canonical, training.input, training.crop, device,
                              std::string(name) + " pictures I_x", progress);
    if (with_animated)
      animated = load_pictures(samples, &MappingSample::animated, training.input, training.crop, device,
                               std::string(name) + " pictures M1(I_x)", progress);
    else
      animated = {torch::empty({0, 3, training.input, training.input}, canonical.pictures.options()),
                  std::vector<std::int64_t>(samples.size(), -1)};
  }
};

/// The pictures of one step: first those of I_x, then those of Ĩ.
struct Batch {
  torch::Tensor rgb;                            ///< [n, 3, N, N] in 0…1
  torch::Tensor controls;                       ///< [n, 30], in the network's unit
  std::int64_t canonical_count = 0;             ///< of the n
  torch::Tensor pair_canonical, pair_animated;  ///< where in the batch the two pictures of one sample are
};

class MappingTrainer {
 public:
  MappingTrainer(const MappingTraining& training, std::ostream& progress)
      : training_(training), progress_(progress), device_(open_device(training.device)) {
    read_data();
    build();
  }

  MappingEvaluation run() {
    if (training_.resume) resume();
    for (int epoch = static_cast<int>(log_.size()) + 1; epoch <= training_.epochs; ++epoch) {
      const auto begin = std::chrono::steady_clock::now();
      log_.push_back(train_epoch(epoch));
      report(epoch, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
      save_checkpoint();
      write_text(beside(".log.csv"), to_csv(log_));
      write_text(beside(".loss.svg"), to_svg(log_, training_.out.filename().string()));
    }
    return finish();
  }

 private:
  static torch::Device open_device(const std::string& name) {
    try {
      torch::Device device(name);
      if (device.is_cuda() && !torch::cuda::is_available())
        throw InputError("--device " + name + ": this program's libtorch sees no CUDA device; use --device cpu");
      if (!device.is_cuda() && !device.is_cpu()) throw InputError("--device " + name + ": expected cpu or cuda:0");
      torch::zeros({1}, device);
      return device;
    } catch (const c10::Error&) {
      throw InputError("--device " + name + ": expected cpu or cuda:0");
    }
  }

  void read_data() {
    for (const auto& folder : training_.data)
      for (auto& sample : read_mapping_set(folder)) {
        if (training_.variant == MappingVariant::ix && sample.canonical.empty() && sample.split == "train") continue;
        (sample.split == "train" ? train_ : held_out_).samples.push_back(std::move(sample));
      }
    if (train_.samples.size() < 2)
      throw InputError("--data: expected at least two rows of the split \"train\", found " +
                       std::to_string(train_.samples.size()));
    train_.load(training_, training_.variant != MappingVariant::ix, device_, "training", progress_);
    held_out_.load(training_, true, device_, "held-out", progress_);
    if (training_.variant != MappingVariant::ix && train_.animated.pictures.size(0) == 0)
      throw InputError(
          "--data: the variant needs pictures animated/*.jpg, found none; make them with `vividface dataset animate` "
          "or use --variant ix");
  }

  void build() {
    const int channels = static_cast<int>(std::lround(64 * training_.width / 8)) * 8;
    MappingArchitecture architecture{.base_channels = std::max(8, channels),
                                     .stem_kernel = training_.stem,
                                     .input_size = training_.input,
                                     .crop = training_.crop};
    ControlVector weights = loss_weights();
    set_units(architecture, train_.samples, weights);
    if (std::all_of(weights.begin(), weights.end(), [](float w) { return w == 0; }))
      throw InputError("--data: none of the controls that the network learns varies");
    for (std::size_t c = 0; c < kControlCount; ++c) learnt_[c] = weights[c] > 0;

    auto controls =
        torch::zeros({static_cast<std::int64_t>(train_.samples.size()), static_cast<std::int64_t>(kControlCount)});
    float* row = controls.data_ptr<float>();
    for (const auto& sample : train_.samples)
      for (std::size_t c = 0; c < kControlCount; ++c, ++row)
        *row = learnt_[c] ? (sample.controls[c] - architecture.offset[c]) / architecture.scale[c] : 0;
    controls_ = controls.to(device_);
    auto loss_weight = torch::from_blob(weights.data(), {static_cast<std::int64_t>(kControlCount)}).clone();
    loss_weight_ = (loss_weight / loss_weight.sum()).to(device_);

    torch::manual_seed(training_.seed);
    network_ = std::make_shared<MappingModule>(architecture);
    network_->to(device_);
    optimizer_ = std::make_unique<FlatAdamW>(
        *network_, FlatAdamW::Options{
                       .weight_decay = training_.weight_decay, .clip = training_.clip, .average = training_.average});
    augmentation_ = {.colour = training_.colour_jitter};
    for (double* amount :
         {&augmentation_.shift, &augmentation_.zoom, &augmentation_.turn, &augmentation_.blur, &augmentation_.noise})
      *amount *= training_.jitter;
    at::globalContext().setBenchmarkCuDNN(train_.canonical.complete() &&
                                          (training_.variant == MappingVariant::ix || train_.animated.complete()));
  }

  std::filesystem::path beside(const char* ending) const {
    auto file = training_.out;
    return file.replace_extension(ending);
  }
  std::filesystem::path checkpoint_file() const { return training_.out.string() + ".checkpoint"; }

  std::int64_t steps_per_epoch() const {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(train_.samples.size()) / training_.batch);
  }

  /// Rises over the warm-up, then falls to 0 as half a cosine.
  double learning_rate(std::int64_t step) const {
    const double total = static_cast<double>(steps_per_epoch() * training_.epochs);
    const double warm_up = std::max(1.0, std::floor(training_.warm_up * total)), at = static_cast<double>(step) + 1;
    if (at <= warm_up) return training_.learning_rate * at / warm_up;
    return training_.learning_rate * 0.5 *
           (1 + std::cos(std::numbers::pi * (at - warm_up) / std::max(1.0, total - warm_up)));
  }

  Batch assemble(const std::int64_t* begin, const std::int64_t* end) {
    std::vector<std::int64_t> canonical, animated, rows, animated_rows, pair_canonical, pair_animated;
    for (const std::int64_t* s = begin; s != end; ++s) {
      const auto sample = static_cast<std::size_t>(*s);
      const std::int64_t c = train_.canonical.slots[sample], a = train_.animated.slots[sample];
      if (c >= 0 && a >= 0) {
        pair_canonical.push_back(static_cast<std::int64_t>(canonical.size()));
        pair_animated.push_back(static_cast<std::int64_t>(animated.size()));
      }
      if (c >= 0) canonical.push_back(c), rows.push_back(*s);
      if (a >= 0) animated.push_back(a), animated_rows.push_back(*s);
    }
    for (auto& place : pair_animated) place += static_cast<std::int64_t>(canonical.size());
    rows.insert(rows.end(), animated_rows.begin(), animated_rows.end());
    auto index = [&](const std::vector<std::int64_t>& v) { return torch::tensor(v, torch::kLong).to(device_); };
    Batch batch;
    batch.canonical_count = static_cast<std::int64_t>(canonical.size());
    batch.rgb = torch::cat({train_.canonical.pictures.index_select(0, index(canonical)),
                            train_.animated.pictures.index_select(0, index(animated))})
                    .to(torch::kFloat)
                    .div_(255);
    batch.controls = controls_.index_select(0, index(rows));
    batch.pair_canonical = index(pair_canonical);
    batch.pair_animated = index(pair_animated);
    return batch;
  }

  /// Eq. 4–6: the features of I_x and Ĩ are pulled together, with the gradient of Ĩ's, the adapted branch, stopped;
  /// squared distance, mean over the pairs and a stage's pooled features, summed over the four stages.
  static torch::Tensor adaptation_loss(const MappingModule::Output& output, const Batch& batch) {
    auto loss = torch::zeros({}, output.y.options());
    if (batch.pair_canonical.numel() == 0) return loss;
    for (const auto& features : output.features) {
      const auto adapted = features.index_select(0, batch.pair_animated).detach();
      loss = loss + (features.index_select(0, batch.pair_canonical) - adapted).square().mean();
    }
    return loss;
  }

  EpochRecord train_epoch(int epoch) {
    // Everything random in an epoch follows from seed and epoch, so that a resumed training is the same.
    std::seed_seq seeds{training_.seed, static_cast<std::uint64_t>(epoch)};
    std::mt19937_64 random(seeds);
    torch::manual_seed(random());
    std::vector<std::int64_t> order(train_.samples.size());
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);

    network_->train();
    const std::int64_t count = static_cast<std::int64_t>(order.size());
    auto losses = torch::zeros({2}, device_);
    EpochRecord record{.epoch = epoch};
    for (std::int64_t step = 0; step < steps_per_epoch(); ++step) {
      const std::int64_t begin = step * training_.batch, end = std::min(begin + training_.batch, count);
      const Batch batch = assemble(order.data() + begin, order.data() + end);
      const auto& architecture = network_->architecture();
      const auto output = network_->forward(normalised(augment(batch.rgb, augmentation_).mul_(255), architecture));
      // The published variant has true controls for I_x only.
      const auto n = training_.variant == MappingVariant::supervised ? output.y.size(0) : batch.canonical_count;
      auto loss = torch::zeros({}, output.y.options());
      if (n > 0)
        loss = torch::huber_loss(output.y.narrow(0, 0, n), batch.controls.narrow(0, 0, n), at::Reduction::None,
                                 training_.huber)
                   .mul(loss_weight_)
                   .sum(1)
                   .mean();
      auto adaptation = torch::zeros({}, output.y.options());
      if (training_.variant != MappingVariant::ix && training_.adaptation > 0) {
        adaptation = adaptation_loss(output, batch);
        loss = loss + training_.adaptation * adaptation;
      }
      optimizer_->zero_gradient();
      loss.backward();
      record.learning_rate = learning_rate(optimizer_->steps);
      optimizer_->step(record.learning_rate);
      losses.add_(torch::stack({loss.detach(), adaptation.detach()}));
      show_step(epoch, step);
    }
    losses = (losses / static_cast<double>(steps_per_epoch())).to(torch::kCPU);
    record.loss = losses[0].item<double>();
    record.adaptation = losses[1].item<double>();
    if (!std::isfinite(record.loss)) throw std::runtime_error("the loss is no longer finite; try a smaller --lr");

    optimizer_->swap_average();
    const auto probe = evaluate(held_out_, [&](std::size_t i) { return i < kMaxProbe; });
    optimizer_->swap_average();
    record.r2_canonical = probe.mean_r2(probe.canonical).value_or(NAN);
    record.r2_animated = probe.mean_r2(probe.animated).value_or(NAN);
    return record;
  }

  /// The module as it is, on the samples that `wanted` picks.
  MappingEvaluation evaluate(const Part& part, const std::function<bool(std::size_t)>& wanted) {
    torch::NoGradGuard no_grad;
    network_->eval();
    const auto& architecture = network_->architecture();
    MappingEvaluation evaluation{.canonical = {}, .animated = {}, .learnt = learnt_};
    for (auto [store, score] :
         {std::pair{&part.canonical, &evaluation.canonical}, {&part.animated, &evaluation.animated}}) {
      std::vector<std::int64_t> slots;
      std::vector<std::size_t> samples;
      for (std::size_t i = 0; i < part.samples.size(); ++i)
        if (store->slots[i] >= 0 && wanted(i)) slots.push_back(store->slots[i]), samples.push_back(i);
      for (std::size_t begin = 0; begin < slots.size(); begin += kEvaluationBatch) {
        const std::size_t end = std::min(slots.size(), begin + kEvaluationBatch);
        const std::vector<std::int64_t> some(slots.begin() + static_cast<std::ptrdiff_t>(begin),
                                             slots.begin() + static_cast<std::ptrdiff_t>(end));
        const auto rgb = store->pictures.index_select(0, torch::tensor(some, torch::kLong).to(device_));
        const auto y = network_->forward(normalised(rgb, architecture)).y.to(torch::kCPU).contiguous();
        const float* row = y.data_ptr<float>();
        for (std::size_t i = begin; i < end; ++i, row += kControlCount) {
          ControlVector controls;
          for (std::size_t c = 0; c < kControlCount; ++c)
            controls[c] = architecture.offset[c] + architecture.scale[c] * row[c];
          score->add(controls, part.samples[samples[i]].controls);
        }
      }
    }
    network_->train();
    return evaluation;
  }

  /// What must be the same for a training to go on.
  std::string fingerprint() const {
    const auto& t = training_;
    nlohmann::json values = {static_cast<int>(t.variant),
                             t.width,
                             t.input,
                             t.stem,
                             t.epochs,
                             t.batch,
                             t.learning_rate,
                             t.weight_decay,
                             t.warm_up,
                             t.clip,
                             t.huber,
                             t.adaptation,
                             t.average,
                             t.jitter,
                             t.colour_jitter,
                             t.crop.left,
                             t.crop.top,
                             t.crop.side,
                             t.seed,
                             train_.samples.size()};
    return values.dump();
  }

  void save_checkpoint() {
    auto state = optimizer_->state();
    for (auto& [name, tensor] : state) tensor = tensor.to(torch::kCPU).contiguous();
    write_safetensors(
        checkpoint_file(), state,
        {{"options", fingerprint()}, {"steps", std::to_string(optimizer_->steps)}, {"log", to_csv(log_)}});
  }

  void resume() {
    if (!std::filesystem::exists(checkpoint_file())) {
      progress_ << "no checkpoint " << checkpoint_file().string() << ": starting anew" << std::endl;
      return;
    }
    const auto file = Safetensors::read(checkpoint_file());
    if (file.metadata("options") != fingerprint())
      throw InputError(file.name() + ": made with other options or data; give the same ones, or leave --resume away");
    torch::NoGradGuard no_grad;
    for (auto& [name, tensor] : optimizer_->state()) {
      const auto stored = to_tensor(file[name]);
      if (stored.sizes() != tensor.sizes())
        throw InputError(file.name() + ": tensor \"" + name + "\": of another network");
      tensor.copy_(stored);
    }
    log_ = log_from_csv(file.metadata("log"));
    optimizer_->steps = static_cast<std::int64_t>(log_.size()) * steps_per_epoch();
    progress_ << "going on after epoch " << log_.size() << std::endl;
  }

  MappingEvaluation finish() {
    optimizer_->swap_average();
    const bool has_test =
        std::any_of(held_out_.samples.begin(), held_out_.samples.end(), [](auto& s) { return s.split == "test"; });
    const auto evaluation =
        evaluate(held_out_, [&](std::size_t i) { return !has_test || held_out_.samples[i].split == "test"; });
    auto state = state_of(*network_);
    if (training_.half)
      for (auto& [key, tensor] : state)
        if (tensor.dim() >= 2) tensor = tensor.to(torch::kHalf);
    auto metadata = architecture_metadata(network_->architecture());
    metadata["command"] = training_.command;
    metadata["commit"] = VIVIDFACE_COMMIT;
    metadata["evaluation"] = nlohmann::json::parse(evaluation.json()).dump();
    write_safetensors(training_.out, state, metadata);
    write_text(beside(".evaluation.json"), evaluation.json() + "\n");
    std::filesystem::remove(checkpoint_file());
    return evaluation;
  }

  static std::string clock(double seconds) {
    char text[32];
    const int whole = static_cast<int>(seconds + 0.5);
    std::snprintf(text, sizeof text, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    return text;
  }

  void report(int epoch, double seconds) {
    const EpochRecord& r = log_.back();
    seconds_ += seconds;
    ++timed_epochs_;
    char line[256];
    std::snprintf(line, sizeof line, "epoch %d/%d  loss %.5f  R² I_x %.3f  M1(I_x) %.3f  %.1f s  %s left", epoch,
                  training_.epochs, r.loss, r.r2_canonical, r.r2_animated, seconds,
                  clock(seconds_ / timed_epochs_ * (training_.epochs - epoch)).c_str());
    progress_ << line << std::endl;
  }

  /// Within a long epoch: a line every ten seconds.
  void show_step(int epoch, std::int64_t step) {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < std::chrono::seconds(10)) return;
    if (shown_ != std::chrono::steady_clock::time_point() && step > 0)
      progress_ << "epoch " << epoch << '/' << training_.epochs << "  step " << step + 1 << '/' << steps_per_epoch()
                << std::endl;
    shown_ = now;
  }

  const MappingTraining& training_;
  std::ostream& progress_;
  torch::Device device_;
  Part train_, held_out_;
  std::array<bool, kControlCount> learnt_{};
  torch::Tensor controls_, loss_weight_;
  std::shared_ptr<MappingModule> network_;
  std::unique_ptr<FlatAdamW> optimizer_;
  Augmentation augmentation_;
  std::vector<EpochRecord> log_;
  double seconds_ = 0;
  int timed_epochs_ = 0;
  std::chrono::steady_clock::time_point shown_{};
};

void check(const MappingTraining& t) {
  auto need = [](bool good, const std::string& what) {
    if (!good) throw InputError(what);
  };
  need(!t.data.empty(), "--data: expected a data set's folder");
  need(t.out.extension() == ".safetensors", "--out: expected a file named *.safetensors, found " + t.out.string());
  const auto folder = t.out.has_parent_path() ? t.out.parent_path() : std::filesystem::path(".");
  need(std::filesystem::is_directory(folder), "--out: the folder " + folder.string() + " does not exist");
  need(t.width > 0 && t.width <= 4, "--width: expected above 0, to 4");
  need(t.input >= 32 && t.input <= 1024, "--input: expected 32 to 1024");
  need(t.stem == 3 || t.stem == 5 || t.stem == 7, "--stem: expected 3, 5 or 7");
  need(t.epochs >= 1 && t.batch >= 2, "--epochs, --batch: expected at least 1 and 2");
  need(t.learning_rate > 0 && t.huber > 0 && t.clip > 0, "--lr, --huber, --clip: expected above 0");
  need(t.adaptation >= 0 && t.weight_decay >= 0 && t.jitter >= 0 && t.colour_jitter >= 0 && t.colour_jitter < 1,
       "--adaptation, --weight-decay, --jitter, --colour-jitter: expected from 0");
  need(t.warm_up >= 0 && t.warm_up < 1 && t.average >= 0 && t.average < 1,
       "--warm-up, --average: expected from 0, below 1");
}

}  // namespace

MappingEvaluation train_mapping(const MappingTraining& training, std::ostream& progress) {
  check(training);
  return MappingTrainer(training, progress).run();
}

}  // namespace vividface
