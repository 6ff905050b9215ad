#include "train/initial_network.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "checkpoint/torch_tensors.h"
#include "mapping/person_picture.h"

namespace vividface {
namespace {

MappingArchitecture new_architecture(const MappingTraining& training, const ControlUnits& units) {
  const int channels = static_cast<int>(std::lround(64 * training.width / 8)) * 8;
  return {.base_channels = std::max(8, channels),
          .stem_kernel = training.stem,
          .sees_person = training.person,
          .input_size = training.input,
          .crop = training.crop,
          .scale = units.scale,
          .offset = units.offset};
}

/// The unit of a value of motion: its root mean square, and as much again as values have in the mean, so that a point
/// that hardly moves is no louder than its noise.
torch::Tensor motion_unit(const torch::Tensor& motion) {
  const auto spread = motion.square().mean(0).sqrt();
  return (spread + spread.mean() + 1e-6).cpu();
}

/// The weights of `init`; where the network sees motion in a way that it does not, as if it made nothing of it.
void load_init(MappingModule& network, const Checkpoint& init) {
  const MappingArchitecture theirs = read_architecture(init);
  if (theirs.motion_inputs == network.architecture().motion_inputs &&
      theirs.motion_linear == network.architecture().motion_linear)
    return load_state(network, init);
  MappingModule less(theirs);
  load_state(less, init);
  torch::NoGradGuard no_grad;
  auto own = network.named_parameters(), own_buffers = network.named_buffers();
  for (const auto& buffer : less.named_buffers()) own_buffers[buffer.key()].copy_(buffer.value());
  for (const auto& parameter : less.named_parameters()) {
    torch::Tensor& ours = own[parameter.key()];
    if (ours.sizes() == parameter.value().sizes()) {
      ours.copy_(parameter.value());
    } else {  // the head's first layer: the motion's features come after the picture's
      ours.zero_();
      ours.narrow(1, 0, parameter.value().size(1)).copy_(parameter.value());
    }
  }
}

}  // namespace

MappingTraining fitted_to(MappingTraining training, const std::optional<Checkpoint>& init) {
  if (training.person) {
    training.input = kPersonSide;
    training.crop = {};
    training.colour_jitter = 0;  // its channels are no colours
  }
  if (!init) return training;
  const MappingArchitecture architecture = read_architecture(*init);
  if (architecture.sees_person != training.person)
    throw InputError("--init " + training.init.string() + ": it sees " +
                     (architecture.sees_person ? "persons: give --person too" : "the robot, not persons"));
  training.width = architecture.base_channels / 64.0;
  training.input = architecture.input_size;
  training.crop = architecture.crop;
  training.stem = architecture.stem_kernel;
  training.motion = training.motion || architecture.motion_inputs > 0;
  return training;
}

std::shared_ptr<MappingModule> initial_network(const MappingTraining& training, const ControlUnits& units,
                                               const std::optional<Checkpoint>& init, const TrainingPart& data,
                                               const torch::Device& device) {
  torch::manual_seed(training.seed);
  const int motion_inputs = data.motion.defined() ? static_cast<int>(data.motion.size(1)) : 0;
  MappingArchitecture architecture = init ? read_architecture(*init) : new_architecture(training, units);
  if (architecture.motion_inputs > 0 && architecture.motion_inputs != motion_inputs)
    throw InputError("--init " + training.init.string() + ": sees " + std::to_string(architecture.motion_inputs) +
                     " values of motion, the data have " + std::to_string(motion_inputs));
  const bool new_to_motion = architecture.motion_inputs == 0 && motion_inputs > 0;
  architecture.motion_inputs = motion_inputs;
  architecture.motion_linear =
      motion_inputs > 0 && (architecture.motion_linear || training.linear_share > 0 || training.landmark_share > 0);
  auto network = std::make_shared<MappingModule>(architecture);
  if (init) load_init(*network, *init);
  if (new_to_motion) network->set_motion_unit(motion_unit(data.motion));
  network->to(device);
  if (training.bfloat16) network->train_in_bfloat16();
  return network;
}

}  // namespace vividface
