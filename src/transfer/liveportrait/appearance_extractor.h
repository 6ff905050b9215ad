#pragma once

#include <utility>
#include <vector>

#include "transfer/liveportrait/layers.h"

namespace vividface::liveportrait {

inline constexpr std::int64_t kVolumeDepth = 16;  ///< of an appearance volume, in cells

/// F: the robot's picture → its appearance volume f_s. Once a source.
class AppearanceExtractor {
 public:
  AppearanceExtractor(const Weights& weights, const Placement& place);

  /// [1, 3, 256, 256] in 0…1, RGB → [1, channels, 16, 64, 64].
  Tensor operator()(const Tensor& picture) const;

  std::int64_t volume_channels() const { return second_.outputs() / kVolumeDepth; }

 private:
  struct ResBlock3d {
    ChannelAffine norm1;
    Conv conv1;  ///< norm2 folded in
    Conv conv2;
    Tensor operator()(const Tensor& x) const;
  };

  Conv first_;
  std::vector<Conv> down_;
  Conv second_;
  std::vector<ResBlock3d> blocks_;
};

}  // namespace vividface::liveportrait
