#include "train/training_data.h"

#include <torch/torch.h>

#include <string>
#include <utility>

#include "base/error.h"

namespace vividface {
namespace {

void load(TrainingPart& part, const MappingTraining& training, bool with_animated, const torch::Device& device,
          const std::string& name, const Progress::Surroundings& surroundings) {
  const PictureStore none = {
      torch::empty({0, 3, training.input, training.input}, torch::dtype(torch::kByte).device(device)),
      std::vector<std::int64_t>(part.samples.size(), -1)};
  if (training.person) {
    part.canonical = none;
    part.animated = load_pictures(part.samples, &MappingSample::person, load_person_picture, training.input, device,
                                  name + " faces", surroundings);
    return;
  }
  const auto load_robot = [&](const std::filesystem::path& jpeg) {
    return load_square_picture(jpeg, training.input, training.crop);
  };
  part.canonical = load_pictures(part.samples, &MappingSample::canonical, load_robot, training.input, device,
                                 name + " pictures I_x", surroundings);
  part.animated = with_animated ? load_pictures(part.samples, &MappingSample::animated, load_robot, training.input,
                                                device, name + " pictures M1(I_x)", surroundings)
                                : none;
}

/// [samples, values]
torch::Tensor load_motions(const std::vector<MappingSample>& samples, const torch::Device& device) {
  std::vector<torch::Tensor> rows;
  for (const MappingSample& sample : samples) {
    const std::vector<float> motion = load_motion(sample.motion);
    rows.push_back(torch::tensor(motion));
    if (rows.back().sizes() != rows.front().sizes())
      throw InputError(sample.motion.string() + ": expected " + std::to_string(rows.front().numel()) +
                       " values as in the rows before, found " + std::to_string(motion.size()));
  }
  return rows.empty() ? torch::Tensor() : torch::stack(rows).to(device);
}

}  // namespace

TrainingData load_training_data(const MappingTraining& training, const torch::Device& device,
                                const Progress::Surroundings& surroundings) {
  const bool learns_animated = training.variant != MappingVariant::ix;
  TrainingData data;
  for (const auto& folder : training.data)
    for (auto& sample : read_mapping_set(folder)) {
      const bool trains = sample.split == "train";
      // Only the supervised variant knows the controls of a picture Ĩ.
      if (trains && training.variant != MappingVariant::supervised && sample.canonical.empty()) continue;
      if (training.motion && sample.motion.empty()) continue;
      if (training.person && sample.person.empty()) continue;
      (trains ? data.train : data.held_out).samples.push_back(std::move(sample));
    }
  if (data.train.samples.size() < 2)
    throw InputError(
        "--data: expected at least two rows of the split \"train\" with pictures that the variant learns from" +
        std::string(training.person ? " (person/*.jpg, of `vividface dataset animate`)" : "") +
        std::string(training.motion ? ", and motion" : "") + ", found " + std::to_string(data.train.samples.size()));
  load(data.train, training, learns_animated, device, "training", surroundings);
  load(data.held_out, training, true, device, "held-out", surroundings);
  if (learns_animated && data.train.animated.pictures.size(0) == 0)
    throw InputError(
        "--data: the variant needs pictures animated/*.jpg, found none; make them with `vividface dataset animate` "
        "or use --variant ix");
  if (training.motion) {
    for (TrainingPart* part : {&data.train, &data.held_out}) part->motion = load_motions(part->samples, device);
  }
  return data;
}

torch::Tensor controls_in_units(const std::vector<MappingSample>& samples, const ControlUnits& units) {
  auto controls = torch::zeros({static_cast<std::int64_t>(samples.size()), static_cast<std::int64_t>(kControlCount)});
  float* row = controls.data_ptr<float>();
  for (const auto& sample : samples)
    for (std::size_t c = 0; c < kControlCount; ++c, ++row)
      *row = units.weight[c] > 0 ? (sample.controls[c] - units.offset[c]) / units.scale[c] : 0;
  return controls;
}

Batch assemble(const TrainingPart& part, const torch::Tensor& controls, std::span<const std::int64_t> samples) {
  std::vector<std::int64_t> canonical, animated, rows, animated_rows, pair_canonical, pair_animated;
  for (const std::int64_t row : samples) {
    const auto sample = static_cast<std::size_t>(row);
    const std::int64_t c = part.canonical.slots[sample], a = part.animated.slots[sample];
    if (c >= 0 && a >= 0) {
      pair_canonical.push_back(static_cast<std::int64_t>(canonical.size()));
      pair_animated.push_back(static_cast<std::int64_t>(animated.size()));
    }
    if (c >= 0) canonical.push_back(c), rows.push_back(row);
    if (a >= 0) animated.push_back(a), animated_rows.push_back(row);
  }
  for (auto& place : pair_animated) place += static_cast<std::int64_t>(canonical.size());
  rows.insert(rows.end(), animated_rows.begin(), animated_rows.end());

  const auto index = [&](const std::vector<std::int64_t>& v) {
    return torch::tensor(v, torch::kLong).to(controls.device());
  };
  Batch batch;
  batch.canonical_count = static_cast<std::int64_t>(canonical.size());
  batch.rgb = torch::cat({part.canonical.pictures.index_select(0, index(canonical)),
                          part.animated.pictures.index_select(0, index(animated))})
                  .to(torch::kFloat)
                  .div_(255);
  if (part.motion.defined()) batch.motion = part.motion.index_select(0, index(rows));
  batch.controls = controls.index_select(0, index(rows));
  batch.pair_canonical = index(pair_canonical);
  batch.pair_animated = index(pair_animated);
  return batch;
}

}  // namespace vividface
