#include "dataset/pose_bias_fit.h"

#include <gtest/gtest.h>

namespace vividface {
namespace {

TEST(PoseBiasFit, HeadsThatWereNotFittedDeformLess) {
  const PoseBiasFit fit = fit_pose_bias({.count = 90, .seed = 5, .identities = 6, .threads = 2});
  EXPECT_GT(fit.error.mesh_before, 0.1);
  EXPECT_LT(fit.error.mesh_after, 0.7 * fit.error.mesh_before);
}

}  // namespace
}  // namespace vividface
