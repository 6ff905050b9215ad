#include "render/face_paint.h"

#include <gtest/gtest.h>

#include <array>

#include "robot/virtual_robot.h"

namespace vividface {
namespace {

// These sums are of GCC's order of evaluation, in which the published sets were drawn.
TEST(FacePaint, IsTheSameFromEveryCompiler) {
  const VirtualRobot person({}, HeadParts::person);
  PerformerLook look;
  look.seed = 4;
  look.stubble = 0.6f;
  look.beard = 0.5f;
  look.moustache = 0.7f;
  FacePaint paint(person.topology());
  const std::vector<std::uint8_t>& rgba = paint.paint(look);
  std::array<double, 4> sums{};
  for (std::size_t i = 0; i < rgba.size(); ++i) sums[i % 4] += static_cast<double>(rgba[i] * (1 + i / 4 % 7));
  constexpr double kRounding = 1e-5;
  EXPECT_NEAR(sums[0], 1825358, 1904106 * kRounding);
  EXPECT_NEAR(sums[1], 63206276, 63206276 * kRounding);
  EXPECT_NEAR(sums[3], 238300919, 238300919 * kRounding);
}

}  // namespace
}  // namespace vividface
