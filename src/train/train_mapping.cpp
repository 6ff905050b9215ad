#include "train/train_mapping.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <ostream>
#include <random>
#include <span>

#include "base/error.h"
#include "base/keep_memory.h"
#include "base/output_file.h"
#include "checkpoint/torch_device.h"
#include "face/mesh_motion.h"
#include "mapping/mapping_module.h"
#include "train/augmentation.h"
#include "train/control_units.h"
#include "train/flat_adamw.h"
#include "train/initial_network.h"
#include "train/landmark_correction.h"
#include "train/learning_rate.h"
#include "train/linear_fit.h"
#include "train/mapping_loss.h"
#include "train/mirror.h"
#include "train/module_evaluation.h"
#include "train/picture_store.h"
#include "train/reading_share.h"
#include "train/trained_weights.h"
#include "train/training_checkpoint.h"
#include "train/training_data.h"
#include "train/training_log.h"

namespace vividface {
namespace {

constexpr std::size_t kLeastCorrected = 100;  // rows that a covariance of 30 controls is taken from
constexpr std::size_t kMaxProbe = 4096;       // held-out samples that are evaluated after every epoch

/// [30], summing to 1.
torch::Tensor normalised_weights(const ControlUnits& units) {
  const auto weights = torch::tensor(at::ArrayRef<float>(units.weight.data(), units.weight.size()));
  return weights / weights.sum();
}

Augmentation augmentation_of(const MappingTraining& training) {
  Augmentation augmentation{.colour = training.colour_jitter};
  for (double* amount :
       {&augmentation.shift, &augmentation.zoom, &augmentation.turn, &augmentation.blur, &augmentation.noise})
    *amount *= training.jitter;
  return augmentation;
}

std::vector<MappingSample> all_mirrored(std::vector<MappingSample> samples) {
  for (MappingSample& sample : samples) sample.controls = mirrored(sample.controls);
  return samples;
}

class MappingTrainer {
 public:
  MappingTrainer(const MappingTraining& training, const std::optional<Checkpoint>& init,
                 const Progress::Surroundings& surroundings)
      : training_(fitted_to(training, init)),
        surroundings_(surroundings),
        device_(device_named(training_.device)),
        loss_weights_(loss_weights()),
        data_(load_training_data(training_, device_, surroundings)),
        units_(init ? control_units(read_architecture(*init), loss_weights_)
                    : control_units(data_.train.samples, loss_weights_)),
        controls_(controls_in_units(data_.train.samples, units_).to(device_)),
        mirrored_controls_(training_.person ? controls_in_units(all_mirrored(data_.train.samples), units_).to(device_)
                                            : torch::Tensor()),
        weights_(normalised_weights(units_).to(device_)),
        augmentation_(augmentation_of(training_)),
        network_(initial_network(training_, units_, init, data_.train, device_)),
        optimizer_(*network_,
                   {.weight_decay = training_.weight_decay, .clip = training_.clip, .average = training_.average}),
        checkpoint_(training_.out, training_fingerprint(training_, loss_weights_, data_)) {
    check_landmark_share();
    check_mirror();
    if (!training_.share_with.empty()) check_share_with(training_.share_with, data_.held_out, rows_to_correct_by());
    // Its search pays where all batches are of one size.
    at::globalContext().setBenchmarkCuDNN(data_.train.canonical.complete() &&
                                          (training_.variant == MappingVariant::ix || data_.train.animated.complete()));
  }

  MappingEvaluation run() {
    if (training_.resume) resume();
    Progress progress("train mapping", total_steps(), log_.size() * steps_per_epoch(), surroundings_);
    if (!log_.empty()) progress.note(summary(log_.back()));
    for (int epoch = static_cast<int>(log_.size()) + 1; epoch <= training_.epochs; ++epoch) {
      log_.push_back(train_epoch(epoch, progress));
      progress.note(summary(log_.back()));
      checkpoint_.save(optimizer_, log_);
      OutputFile(training_.beside(".log.csv")).commit(to_csv(log_));
      OutputFile(training_.beside(".loss.svg")).commit(to_svg(log_, training_.out.filename().string()));
    }
    progress.finish();
    return finish();
  }

 private:
  EpochRecord train_epoch(int epoch, Progress& progress) {
    // Everything random in an epoch follows from seed and epoch, so that a resumed training is the same.
    std::seed_seq seeds{training_.seed, static_cast<std::uint64_t>(epoch)};
    std::mt19937_64 random(seeds);
    torch::manual_seed(random());
    std::vector<std::int64_t> order(data_.train.samples.size());
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);

    network_->train();
    auto losses = torch::zeros({2}, device_);
    EpochRecord record{.epoch = epoch};
    for (std::size_t step = 0; step < steps_per_epoch(); ++step) {
      const auto rest = std::span(order).subspan(step * batch_size());
      const auto samples = rest.first(std::min(batch_size(), rest.size()));
      Batch batch = assemble(data_.train, controls_, samples);
      if (training_.person) vary_persons(batch, samples);
      const auto seen = augment(batch.rgb, augmentation_).mul_(255);
      const auto motion = batch.motion.defined()
                              ? batch.motion + torch::randn_like(batch.motion) * training_.motion_noise
                              : batch.motion;
      const auto output = network_->forward(normalised(seen, network_->architecture()), motion);
      const MappingLoss loss = mapping_loss(output, batch, training_, weights_);
      optimizer_.zero_gradient();
      loss.total.backward();
      record.learning_rate = learning_rate(training_, optimizer_.steps, static_cast<std::int64_t>(total_steps()));
      optimizer_.step(record.learning_rate);
      losses.add_(torch::stack({loss.total.detach(), loss.adaptation.detach()}));
      progress.advance();
    }
    losses = (losses / static_cast<double>(steps_per_epoch())).to(torch::kCPU);
    record.loss = losses[0].item<double>();
    record.adaptation = losses[1].item<double>();
    if (!std::isfinite(record.loss)) throw std::runtime_error("the loss is no longer finite; try a smaller --lr");
    probe(record);
    return record;
  }

  /// Half of the faces as in a mirror, all in other light.
  void vary_persons(Batch& batch, std::span<const std::int64_t> samples) const {
    const auto turned = torch::rand({batch.rgb.size(0)}, batch.rgb.options()).lt(0.5);
    const auto rows = torch::tensor(std::vector<std::int64_t>(samples.begin(), samples.end())).to(device_);
    batch.rgb = torch::where(turned.view({-1, 1, 1, 1}), batch.rgb.flip(3), batch.rgb);
    batch.controls = torch::where(turned.unsqueeze(1), mirrored_controls_.index_select(0, rows), batch.controls);
    if (batch.motion.defined())
      batch.motion = torch::where(turned.unsqueeze(1), mirrored_motion(batch.motion), batch.motion);
    if (training_.light_jitter > 0) batch.rgb = relight(batch.rgb, training_.light_jitter);
  }

  /// What the averaged weights make of held-out pictures.
  void probe(EpochRecord& record) {
    optimizer_.swap_average();
    const auto probe =
        evaluate_module(*network_, data_.held_out, units_.learnt(), [](std::size_t i) { return i < kMaxProbe; });
    optimizer_.swap_average();
    record.r2_canonical = probe.mean_r2(probe.canonical).value_or(NAN);
    record.r2_animated = probe.mean_r2(probe.animated).value_or(NAN);
  }

  /// The network and a linear fit of the motion err in different ways, so that their mean errs less, above all on real
  /// people, whose pictures the network has not met.
  void blend_linear_fit() {
    if (!data_.train.motion.defined() || training_.linear_share == 0) return;
    torch::NoGradGuard no_grad;
    const auto unit = network_->named_buffers()["motion_unit"];
    const LinearFit fit = fit_linearly(data_.train.motion / unit, controls_);
    network_->blend_linear(fit.weight, fit.bias, training_.linear_share);
  }

  /// Rows that are neither learnt nor scored.
  std::vector<std::int64_t> rows_to_correct_by() const {
    const TrainingPart& part = data_.held_out;
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < part.samples.size(); ++i)
      if (part.animated.slots[i] >= 0 && part.samples[i].split != "test") rows.push_back(static_cast<std::int64_t>(i));
    return rows;
  }

  /// Before the training, not after it.
  void check_landmark_share() const {
    if (training_.landmark_share == 0) return;
    if (!data_.train.motion.defined()) throw InputError("--landmark-share: it needs --motion");
    if (const auto values = landmark_distances().size(1); data_.train.motion.size(1) != values)
      throw InputError("--landmark-share: expected " + std::to_string(values) + " values of motion, the data have " +
                       std::to_string(data_.train.motion.size(1)));
    const auto is_test = [](const MappingSample& sample) { return sample.split == "test"; };
    const std::size_t rows = rows_to_correct_by().size();
    if (rows < kLeastCorrected || std::ranges::none_of(data_.held_out.samples, is_test))
      throw InputError("--landmark-share: expected rows of the split test, to score, and " +
                       std::to_string(kLeastCorrected) + " or more with M1's picture of the split val, found " +
                       std::to_string(rows));
  }

  /// Faces are learnt from in a mirror as well, and with them the motion, if it is the mesh engine's.
  void check_mirror() const {
    const torch::Tensor& motion = data_.train.motion;
    if (!training_.person || !motion.defined() || motion.size(1) == kMeshMotionCount) return;
    throw InputError("--person: expected " + std::to_string(kMeshMotionCount) + " values of motion, the data have " +
                     std::to_string(motion.size(1)));
  }

  void correct_by_landmarks() {
    if (training_.landmark_share == 0) return;
    network_->eval();
    const TrainingPart& part = data_.held_out;
    const std::vector<std::int64_t> rows = rows_to_correct_by();
    const auto of_rows = [&](const torch::Tensor& all) {
      return all.to(torch::kCPU).index_select(0, torch::tensor(rows, torch::kLong));
    };
    const LandmarkCorrection correction = fit_landmark_correction(
        read_pictures(*network_, part, part.animated, rows), of_rows(part.motion),
        of_rows(controls_in_units(part.samples, units_)), training_.landmark_share, training_.motion_noise);
    const auto unit = network_->named_buffers()["motion_unit"];
    const auto fitting = [&](const torch::Tensor& t) { return t.to(unit.device(), unit.scalar_type()); };
    network_->correct(fitting(correction.keep), fitting(correction.motion.weight) * unit,
                      fitting(correction.motion.bias));
  }

  /// Evaluates and saves the averaged weights.
  MappingEvaluation finish() {
    optimizer_.swap_average();
    if (training_.epochs > 0) {  // else the weights have it already
      blend_linear_fit();
      correct_by_landmarks();
    }
    std::optional<ControlVector> share;
    if (!training_.share_with.empty()) {
      const PersonReadings readings{*network_, data_.held_out, rows_to_correct_by(), units_};
      share = share_beside_mapping(readings, training_.share_with, surroundings_);
      for (std::size_t i = 0; i < kControlCount; ++i)
        (*share)[i] *= static_cast<float>(training_.share_of_person(ControlTable::ameca()[i].name));
    }
    const auto& samples = data_.held_out.samples;
    const auto tests = [](const MappingSample& sample) { return sample.split == "test"; };
    const bool has_test = std::ranges::any_of(samples, tests);
    const auto evaluation = evaluate_module(*network_, data_.held_out, units_.learnt(),
                                            [&](std::size_t i) { return !has_test || tests(samples[i]); });
    write_trained_weights(*network_, training_, evaluation, share);
    checkpoint_.remove();
    return evaluation;
  }

  void resume() {
    if (!checkpoint_.exists())
      *surroundings_.out << "no checkpoint " << checkpoint_.file().string() << ": starting anew" << std::endl;
    checkpoint_.resume(optimizer_, log_);
  }

  std::string summary(const EpochRecord& r) const {
    char text[128];
    if (training_.person)
      std::snprintf(text, sizeof text, "epoch %d/%d  loss %.5f  R² %.3f", r.epoch, training_.epochs, r.loss,
                    r.r2_animated);
    else
      std::snprintf(text, sizeof text, "epoch %d/%d  loss %.5f  R² I_x %.3f  M1(I_x) %.3f", r.epoch, training_.epochs,
                    r.loss, r.r2_canonical, r.r2_animated);
    return text;
  }

  std::size_t batch_size() const { return static_cast<std::size_t>(training_.batch); }
  std::size_t steps_per_epoch() const { return std::max<std::size_t>(1, data_.train.samples.size() / batch_size()); }
  std::size_t total_steps() const { return steps_per_epoch() * static_cast<std::size_t>(training_.epochs); }

  const MappingTraining training_;
  const Progress::Surroundings& surroundings_;
  torch::Device device_;
  ControlVector loss_weights_;
  TrainingData data_;
  ControlUnits units_;
  torch::Tensor controls_;           ///< of the training samples, in the network's unit: [samples, 30]
  torch::Tensor mirrored_controls_;  ///< the same in a mirror; of a training that learns from persons
  torch::Tensor weights_;            ///< of the controls in the loss: [30]
  Augmentation augmentation_;
  std::shared_ptr<MappingModule> network_;
  FlatAdamW optimizer_;
  TrainingCheckpoint checkpoint_;
  std::vector<EpochRecord> log_;
};

}  // namespace

MappingEvaluation train_mapping(const MappingTraining& training, const Progress::Surroundings& surroundings) {
  keep_memory();  // a third of a step's time
  training.check();
  std::optional<Checkpoint> init;
  if (!training.init.empty()) init = Checkpoint::read(training.init);
  return MappingTrainer(training, init, surroundings).run();
}

}  // namespace vividface
