#include "train/reading_share.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>

#include "base/error.h"
#include "checkpoint/torch_tensors.h"
#include "train/module_evaluation.h"

namespace vividface {
namespace {

constexpr std::size_t kLeastShared = 100;  // rows that 30 shares are fitted to

/// Two networks' units of a control differ.
torch::Tensor in_controls(const torch::Tensor& y, const MappingArchitecture& of) {
  const auto row = [](const ControlVector& v) { return torch::tensor(at::ArrayRef<float>(v.data(), v.size())); };
  return y * row(of.scale) + row(of.offset);
}

std::vector<std::int64_t> with_picture_of_m1(const TrainingPart& part, const std::vector<std::int64_t>& rows) {
  std::vector<std::int64_t> result;
  std::ranges::copy_if(rows, std::back_inserter(result),
                       [&](auto row) { return !part.samples[static_cast<std::size_t>(row)].animated.empty(); });
  return result;
}

}  // namespace

ControlVector fit_reading_share(const torch::Tensor& first, const torch::Tensor& second, const torch::Tensor& truth) {
  const auto apart = (second - first).to(torch::kDouble), missing = (truth - first).to(torch::kDouble);
  const auto best = (apart * missing).sum(0) / (apart.square().sum(0) + 1e-12);
  const auto share = best.clamp(0, 1).to(torch::kFloat).to(torch::kCPU).contiguous();
  ControlVector result;
  std::copy_n(share.data_ptr<float>(), kControlCount, result.begin());
  return result;
}

void check_share_with(const std::filesystem::path& mapping, const TrainingPart& part,
                      const std::vector<std::int64_t>& rows) {
  const MappingArchitecture architecture = read_architecture(Checkpoint::read(mapping));
  const std::string option = "--share-with " + mapping.string() + ": ";
  if (architecture.sees_person) throw InputError(option + "expected weights that see the robot, these see persons");
  const std::int64_t values = part.motion.defined() ? part.motion.size(1) : 0;
  if (architecture.motion_inputs > 0 && architecture.motion_inputs != values)
    throw InputError(option + "it sees " + std::to_string(architecture.motion_inputs) +
                     " values of motion, the training " + std::to_string(values) + "; give --motion");
  if (const auto found = with_picture_of_m1(part, rows).size(); found < kLeastShared)
    throw InputError(option + "expected " + std::to_string(kLeastShared) +
                     " or more rows of the split val with M1's picture, found " + std::to_string(found) +
                     "; make the set larger, for whole people go to a split, or leave the option away");
}

ControlVector share_beside_mapping(const PersonReadings& persons, const std::filesystem::path& mapping,
                                   const Progress::Surroundings& surroundings) {
  check_share_with(mapping, persons.part, persons.rows);
  const Checkpoint file = Checkpoint::read(mapping);
  const MappingArchitecture architecture = read_architecture(file);
  const torch::Device device = persons.network.parameters().front().device();
  MappingModule module(architecture);
  load_state(module, file);
  module.to(device);
  module.eval();
  persons.network.eval();

  TrainingPart robot;  // the rows as M2 sees them
  const std::vector<std::int64_t> rows = with_picture_of_m1(persons.part, persons.rows);
  for (const std::int64_t row : rows) robot.samples.push_back(persons.part.samples[static_cast<std::size_t>(row)]);
  const auto load = [&](const std::filesystem::path& jpeg) {
    return load_square_picture(jpeg, architecture.input_size, architecture.crop);
  };
  robot.animated = load_pictures(robot.samples, &MappingSample::animated, load, architecture.input_size, device,
                                 "M1's pictures", surroundings);
  if (persons.part.motion.defined())
    robot.motion = persons.part.motion.index_select(0, torch::tensor(rows, torch::kLong).to(device));
  std::vector<std::int64_t> all(rows.size());
  std::iota(all.begin(), all.end(), 0);

  const MappingArchitecture& theirs = persons.network.architecture();
  return fit_reading_share(
      in_controls(read_pictures(module, robot, robot.animated, all), architecture),
      in_controls(read_pictures(persons.network, persons.part, persons.part.animated, rows), theirs),
      in_controls(controls_in_units(robot.samples, persons.units), theirs));
}

}  // namespace vividface
