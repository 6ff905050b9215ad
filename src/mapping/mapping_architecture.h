#pragma once

#include <array>
#include <map>
#include <string>

#include "checkpoint/checkpoint.h"
#include "robot/controls.h"

namespace vividface {

/// A square part of a picture, in whole pixels.
struct PixelSquare {
  int left = 0, top = 0, side = 0;
};

/// The square part of a square picture that the network looks at, in shares of the picture's side.
struct PictureCrop {
  float left = 0, top = 0, side = 1;

  bool within_picture() const;  ///< left, top >= 0, side > 0, and neither reaches beyond 1
  /// The same of a picture of `picture_side` >= 1 pixels, to the nearest pixel: it has at least one and lies within the
  /// picture. Training and the running network both cut by it.
  PixelSquare pixels(int picture_side) const;
};

inline constexpr int kMappingStages = 4;
inline constexpr int kMappingHidden = 256;                       ///< units of the head's two hidden layers
inline constexpr int kMotionHidden = 128, kMotionFeatures = 64;  ///< units of the motion's own two layers

/// The paper's mapping network (M2) and what a weight file must say about itself to be run. The defaults are the
/// published network: ResNet-18 without its last layer → 512 features → 256, ReLU → 256, ReLU → 30 controls, at 224².
/// Not published: beside the picture it may see what moved (AnimatedFrame::motion), in its units → 128, ReLU → 64,
/// ReLU, joined to the picture's features; and a linear map of the motion may be added to y. The network's own outputs
/// y have the spread of a control as their unit: control = offset + scale · y.
struct MappingArchitecture {
  int base_channels = 64;                                 ///< of the first stage, doubled from stage to stage
  std::array<int, kMappingStages> blocks = {2, 2, 2, 2};  ///< residual blocks a stage
  int stem_kernel = 7;                                    ///< of the first convolution: 3, 5 or 7
  bool sees_person = false;                               ///< a person's own face (person_picture) in place of I_m
  int input_size = 224;                                   ///< pixels a side
  int motion_inputs = 0;                                  ///< values of motion that it sees; the published one none
  bool motion_linear = false;                             ///< adds what a linear map makes of the motion
  PictureCrop crop = {};                                  ///< which is shrunk to them; the published one sees all
  std::array<float, 3> mean = {0.485f, 0.456f, 0.406f};   ///< RGB in 0…1, as ImageNet's
  std::array<float, 3> deviation = {0.229f, 0.224f, 0.225f};
  ControlVector scale = filled(1);
  ControlVector offset = filled(0);

  int channels(int stage) const { return base_channels << stage; }
  int feature_count() const { return channels(kMappingStages - 1); }
  int head_inputs() const { return feature_count() + (motion_inputs > 0 ? kMotionFeatures : 0); }

 private:
  static constexpr ControlVector filled(float value) {
    ControlVector vector{};
    vector.fill(value);
    return vector;
  }
};

/// The architecture of a weight file: layer sizes from the tensors' shapes, the rest from the metadata, where there is
/// none the published network's. Throws InputError that names the file for what is not such a network.
MappingArchitecture read_architecture(const Checkpoint& weights);

/// The metadata that read_architecture reads back.
std::map<std::string, std::string> architecture_metadata(const MappingArchitecture& architecture);

}  // namespace vividface
