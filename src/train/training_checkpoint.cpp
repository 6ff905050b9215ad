#include "train/training_checkpoint.h"

#include <torch/torch.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/fnv1a.h"
#include "checkpoint/torch_tensors.h"

namespace vividface {
namespace {

using Json = nlohmann::json;

class RowHash {
 public:
  void add(std::string_view bytes) {
    value_ = fnv1a(bytes, value_);
    value_ = fnv1a({"", 1}, value_);  // an end, so that "ab", "c" is not "a", "bc"
  }
  void add(const TrainingPart& part) {
    for (const MappingSample& sample : part.samples) {
      add(sample.canonical.filename().native());
      add(sample.animated.filename().native());
      add(sample.person.filename().native());
      add({reinterpret_cast<const char*>(sample.controls.data()), sizeof sample.controls});
      add(sample.split);
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = kFnv1aBasis;
};

/// "batch, data": the entries that two fingerprints do not share.
std::string differences(const std::string& one, const std::string& other) {
  const Json a = Json::parse(one, nullptr, /*allow_exceptions=*/false), b = Json::parse(other);
  std::string names;
  for (const auto& [name, value] : b.items())
    if (!a.is_object() || !a.contains(name) || a[name] != value) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

std::string training_fingerprint(const MappingTraining& t, const ControlVector& loss_weights,
                                 const TrainingData& data) {
  RowHash rows;
  rows.add(data.train);
  rows.add(data.held_out);
  const Json fingerprint = {{"variant", static_cast<int>(t.variant)},
                            {"width", t.width},
                            {"input", t.input},
                            {"crop", {t.crop.left, t.crop.top, t.crop.side}},
                            {"person", t.person},
                            {"light-jitter", t.light_jitter},
                            {"bfloat16", t.bfloat16},
                            {"motion", t.motion},
                            {"motion-noise", t.motion_noise},
                            {"linear-share", t.linear_share},
                            {"landmark-share", t.landmark_share},
                            {"stem", t.stem},
                            {"epochs", t.epochs},
                            {"batch", t.batch},
                            {"lr", t.learning_rate},
                            {"weight-decay", t.weight_decay},
                            {"warm-up", t.warm_up},
                            {"clip", t.clip},
                            {"huber", t.huber},
                            {"adaptation", t.adaptation},
                            {"average", t.average},
                            {"init", t.init.filename().string()},
                            {"jitter", t.jitter},
                            {"colour-jitter", t.colour_jitter},
                            {"seed", t.seed},
                            {"loss_weights", loss_weights},
                            {"data", rows.value()}};
  return fingerprint.dump();
}

TrainingCheckpoint::TrainingCheckpoint(const std::filesystem::path& weights, std::string fingerprint)
    : file_(weights.string() + ".checkpoint"), fingerprint_(std::move(fingerprint)) {}

void TrainingCheckpoint::save(const FlatAdamW& optimizer, const std::vector<EpochRecord>& log) const {
  auto state = optimizer.state();
  for (auto& [name, tensor] : state) tensor = tensor.to(torch::kCPU).contiguous();
  write_safetensors(file_, state,
                    {{"options", fingerprint_}, {"steps", std::to_string(optimizer.steps)}, {"log", to_csv(log)}});
}

void TrainingCheckpoint::resume(FlatAdamW& optimizer, std::vector<EpochRecord>& log) const {
  if (!exists()) return;
  const auto file = Safetensors::read(file_);
  if (file.metadata("options") != fingerprint_)
    throw InputError(file.name() + ": made with other options or data (" +
                     differences(file.metadata("options"), fingerprint_) +
                     "); give the same ones, or leave --resume away");
  torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : optimizer.state()) {
    const auto stored = to_tensor(file[name]);
    if (stored.sizes() != tensor.sizes())
      throw InputError(file.name() + ": tensor \"" + name + "\": of another network");
    tensor.copy_(stored);
  }
  log = log_from_csv(file.metadata("log"));
  const std::string& steps = file.metadata("steps");
  const auto [end, error] = std::from_chars(steps.data(), steps.data() + steps.size(), optimizer.steps);
  if (error != std::errc() || end != steps.data() + steps.size())
    throw InputError(file.name() + ": metadata \"steps\": expected a number, found " + steps.substr(0, 40));
}

void TrainingCheckpoint::remove() const { std::filesystem::remove(file_); }

}  // namespace vividface
