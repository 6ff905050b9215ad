#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "render/performer_look.h"
#include "robot/head_model.h"

namespace vividface {

/// Paints what grows and shows on a person's skin onto a chart of the head: a cylinder unrolled around the base mesh,
/// so that a painted brow moves with the brow under it.
class FacePaint {
 public:
  static constexpr int kWidth = 1024, kHeight = 512;  ///< texels: once around, and chin to crown

  explicit FacePaint(const HeadTopology& topology);

  /// RGBA, rows from the chart's bottom: density of the brows, of the beard, pigment (128 is the skin's own, less is
  /// darker), density of the hair on the scalp. Depends on the look alone.
  const std::vector<std::uint8_t>& paint(const PerformerLook& look);

 private:
  using Layer = std::vector<float>;

  std::vector<std::array<float, 3>> places_;  // on the base mesh, one a texel; what no skin covers is far away
  std::vector<std::size_t> front_, scalp_;    // texels of the face's front, and of the skull
  Layer brows_, beard_, pigment_, hair_;
  std::vector<std::uint8_t> picture_;

  void paint_brows(const PerformerLook& look);
  void paint_beard(const PerformerLook& look);
  void paint_spots(const PerformerLook& look);
  void paint_hair(const PerformerLook& look);
};

}  // namespace vividface
