#include "dataset/sampling.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>

#include "base/error.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

constexpr std::uint64_t kSeed = 7;
constexpr std::size_t kSamples = 4000;

ControlVector sample(const ControlSampler& sampler, std::uint64_t seed, std::uint64_t index) {
  Random random(seed, index);
  return sampler.sample(random);
}

TEST(Random, IsTheSameEverywhere) {
  Random random(1, 2);
  EXPECT_EQ(random.bits(), Random(1, 2).bits());
  EXPECT_NE(Random(1, 2).bits(), Random(2, 1).bits());
  double sum = 0, squares = 0;
  for (int i = 0; i < 10000; ++i) {
    const float u = random.uniform();
    ASSERT_TRUE(u >= 0 && u < 1);
    const float b = random.bell(2);
    ASSERT_LE(std::abs(b), 6);
    sum += u;
    squares += b * b;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.02);
  EXPECT_NEAR(squares / 10000, 4, 0.3);
}

TEST(ControlSampler, ASampleDependsOnSeedAndIndexAlone) {
  const ControlSampler sampler, other;
  EXPECT_EQ(sample(sampler, 1, 5), sample(other, 1, 5));
  EXPECT_NE(sample(sampler, 1, 5), sample(sampler, 1, 6));
  EXPECT_NE(sample(sampler, 1, 5), sample(sampler, 2, 5));
}

TEST(ControlSampler, StaysInRangeAndCoversEveryControlsRangeDensely) {
  const ControlSampler sampler;
  const ControlTable& table = ControlTable::ameca();
  std::array<std::array<int, 8>, kControlCount> bins{};
  for (std::size_t s = 0; s < kSamples; ++s) {
    const ControlVector controls = sample(sampler, kSeed, s);
    for (std::size_t i = 0; i < kControlCount; ++i) {
      const ControlRange range = table[i].dataset;
      ASSERT_TRUE(controls[i] >= range.min && controls[i] <= range.max) << table[i].name << " = " << controls[i];
      ++bins[i][static_cast<std::size_t>(std::min(7.f, 8 * (controls[i] - range.min) / (range.max - range.min)))];
    }
  }
  for (std::size_t i = 0; i < kControlCount; ++i) {
    for (const int count : bins[i]) EXPECT_GT(count, 50) << table[i].name;
  }
}

TEST(ControlSampler, SingleSymmetricAndOneSidedFacesAllOccur) {
  const ControlSampler sampler;
  const ControlTable& table = ControlTable::ameca();
  const std::size_t left = *table.index_of("Lip Corner Raise Left"), right = *table.index_of("Lip Corner Raise Right");
  int single = 0, both = 0, one = 0;
  for (std::size_t s = 0; s < kSamples; ++s) {
    const ControlVector controls = sample(sampler, kSeed, s);
    int moved = 0;
    for (std::size_t i = 0; i < kControlCount; ++i) moved += controls[i] != table[i].neutral;
    single += moved <= 1;
    const bool l = controls[left] > 0.75f, r = controls[right] > 0.8f;
    both += l && r;
    one += l != r;
  }
  EXPECT_GT(single, 400);
  EXPECT_GT(both, 100);
  EXPECT_GT(one, 100);
}

TEST(ControlSampler, SplitsEightyTenTen) {
  std::array<int, 3> counts{};
  for (std::size_t i = 0; i < 10000; ++i) ++counts[static_cast<std::size_t>(ControlSampler::split(kSeed, i))];
  EXPECT_NEAR(counts[0], 8000, 200);
  EXPECT_NEAR(counts[1], 1000, 150);
  EXPECT_NEAR(counts[2], 1000, 150);
}

TEST(ControlSampler, RefusesWhatIsNoMixture) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "mixture.json";
  for (const char* text : {"", "[]", "{\"mixture\": {}}"}) {
    std::ofstream(path) << text;
    EXPECT_THROW(ControlSampler{path}, InputError) << text;
  }
  EXPECT_THROW(ControlSampler{folder.path() / "missing.json"}, InputError);
}

}  // namespace
}  // namespace vividface
