#include <gtest/gtest.h>

#include <algorithm>

#include "mapping/mapping_architecture.h"

namespace vividface {
namespace {

TEST(PictureCrop, IsWholePixelsWithinThePicture) {
  for (const PictureCrop& crop : {PictureCrop{}, {0.17f, 0.22f, 0.66f}, {0.5f, 0.5f, 0.5f}, {0.999f, 0, 0.001f}}) {
    EXPECT_TRUE(crop.within_picture());
    for (int size = 1; size <= 300; ++size) {
      const auto [left, top, side] = crop.pixels(size);
      ASSERT_GE(left, 0) << size;
      ASSERT_GE(top, 0) << size;
      ASSERT_GE(side, 1) << size;
      ASSERT_LE(std::max(left, top) + side, size) << size;
    }
  }
  const auto [left, top, side] = PictureCrop{0.17f, 0.22f, 0.66f}.pixels(160);
  EXPECT_EQ(left, 27);
  EXPECT_EQ(top, 35);
  EXPECT_EQ(side, 106);
  EXPECT_EQ(PictureCrop{}.pixels(77).side, 77);
  for (const PictureCrop& crop : {PictureCrop{0, 0, 0}, {0, 0, -1}, {0.5f, 0, 0.6f}, {0, 0.5f, 0.6f}, {-0.1f, 0, 1}})
    EXPECT_FALSE(crop.within_picture());
}

}  // namespace
}  // namespace vividface
