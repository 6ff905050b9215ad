#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "mapping/person_picture.h"

namespace vividface {
namespace {

constexpr std::size_t kHalf = static_cast<std::size_t>(kPersonSide) * kPersonSide;

/// A face at rest that is a ramp, and another above it now.
template <typename Now>
std::vector<std::uint8_t> picture_of(Now now) {
  std::vector<std::uint8_t> grey(2 * kHalf), picture(3 * kHalf);
  for (std::size_t i = 0; i < kHalf; ++i) {
    const double level = 60 + 96.0 / kPersonSide * static_cast<double>(i % kPersonSide);
    grey[i] = static_cast<std::uint8_t>(level);
    grey[kHalf + i] = static_cast<std::uint8_t>(now(i, level));
  }
  person_picture(grey, picture);
  return picture;
}

double mean_of(const std::vector<std::uint8_t>& picture, std::size_t channel) {
  double sum = 0;
  for (std::size_t i = 0; i < kHalf; ++i) sum += picture[3 * i + channel];
  return sum / static_cast<double>(kHalf);
}

TEST(PersonPicture, AFaceThatDoesNotMoveHasNoDifference) {
  const auto picture = picture_of([](std::size_t, double level) { return level; });
  for (std::size_t i = 0; i < kHalf; ++i) {
    ASSERT_EQ(picture[3 * i], picture[3 * i + 1]);
    ASSERT_EQ(picture[3 * i + 2], 128);
  }
  for (const std::size_t channel : {0, 1}) EXPECT_NEAR(mean_of(picture, channel), 128, 0.5);
}

TEST(PersonPicture, LightOfAnotherStrengthHardlyCounts) {
  const auto picture = picture_of([](std::size_t, double level) { return 20 + 1.3 * level; });
  for (std::size_t i = 0; i < kHalf; ++i) {
    EXPECT_NEAR(picture[3 * i], picture[3 * i + 1], 3);
    EXPECT_NEAR(picture[3 * i + 2], 128, 4);
  }
}

TEST(PersonPicture, WhatMovesIsInTheDifference) {
  const auto dark = [](std::size_t i) { return i % kPersonSide > 40 && i % kPersonSide < 50 && i / kPersonSide < 20; };
  const auto picture = picture_of([&](std::size_t i, double level) { return dark(i) ? level - 50 : level; });
  const std::size_t moved = 10 * kPersonSide + 45, still = 60 * kPersonSide + 45;
  EXPECT_LT(picture[3 * moved + 2], 60);
  EXPECT_NEAR(picture[3 * still + 2], 128, 4);
  EXPECT_EQ(picture[3 * moved], picture[3 * still]);
}

TEST(PersonPicture, AFaceThatIsNotSeenGivesNumbersToo) {
  const std::vector<std::uint8_t> black(2 * kHalf, 0);
  std::vector<std::uint8_t> picture(3 * kHalf, 7);
  person_picture(black, picture);
  for (const std::uint8_t level : picture) ASSERT_EQ(level, 128);
}

}  // namespace
}  // namespace vividface
