// How a profile shapes controls: whatever it says, what comes out is finite and within the range that safety allows.
#include "robot/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <vector>

#include "base/error.h"

namespace vividface {
namespace {

using testing::HasSubstr;

// The same cases each time, unless the environment says otherwise.
const bool kSeeded = setenv("RC_PARAMS", "seed=7 max_success=500", /*overwrite=*/0) == 0;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

const ControlTable& table() { return ControlTable::ameca(); }
std::size_t at(std::string_view name) { return table().index_of(name).value(); }

// 0…1 of the way from `least` to `most`, the ends among them.
rc::Gen<float> between(float least, float most) {
  return rc::gen::map(rc::gen::inRange(0, 101), [=](int part) {
    return part == 100 ? most : least + (most - least) * static_cast<float>(part) / 100;
  });
}

rc::Gen<ControlShape> any_shape(std::size_t i) {
  const auto [min, max] = table()[i].shadowing;
  return rc::gen::map(
      rc::gen::tuple(between(0, ControlShape::kMostGain), between(ControlShape::kLeastCurve, ControlShape::kMostCurve),
                     between(min - max, max - min), between(min, max), between(min, max), rc::gen::arbitrary<bool>(),
                     rc::gen::weightedElement<bool>({{9, false}, {1, true}})),
      [](const auto& parts) {
        const auto& [gain, curve, offset, a, b, mirror, mute] = parts;
        return ControlShape{gain, curve, offset, std::min(a, b), std::max(a, b), mirror, mute};
      });
}

ProfileSettings any_settings() {
  ProfileSettings settings;
  settings.mirror = *rc::gen::arbitrary<bool>();
  for (std::size_t i = 0; i < kControlCount; ++i) settings.controls[i] = *any_shape(i);
  return settings;
}

rc::Gen<float> any_value() {
  return rc::gen::oneOf(rc::gen::map(rc::gen::inRange(-200, 200), [](int x) { return static_cast<float>(x) / 50; }),
                        rc::gen::map(rc::gen::inRange(-200, 200), [](int x) { return static_cast<float>(x); }),
                        rc::gen::element(0.f, 1e30f, -1e30f, 1e-40f, kNaN, kInfinity, -kInfinity));
}

ControlVector any_controls() {
  ControlVector controls;
  for (float& value : controls) value = *any_value();
  return controls;
}

ControlVector in_range() {
  ControlVector controls;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    controls[i] = *between(table()[i].shadowing.min, table()[i].shadowing.max);
  }
  return controls;
}

RC_GTEST_PROP(Profile, GivesFiniteValuesWithinItsLimitsAndThoseOfSafety, ()) {
  const ProfileSettings settings = any_settings();
  const ControlVector out = Profile(settings).apply(any_controls());
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const auto [min, max] = table()[i].shadowing;
    RC_ASSERT(std::isfinite(out[i]));
    RC_ASSERT(out[i] >= min && out[i] <= max);
    if (settings.controls[i].mute) {
      RC_ASSERT(out[i] == table()[i].neutral);
    } else {
      RC_ASSERT(out[i] >= settings.controls[i].min && out[i] <= settings.controls[i].max);
    }
  }
}

RC_GTEST_PROP(Profile, ThatSaysNothingChangesNothing, ()) {
  const ControlVector controls = in_range();
  RC_ASSERT(Profile().apply(controls) == controls);  // to the bit
}

RC_GTEST_PROP(Profile, AMirrorOfAMirrorIsTheFaceItself, ()) {
  ProfileSettings settings;
  settings.mirror = true;
  const Profile mirror(settings);
  const ControlVector controls = in_range(), twice = mirror.apply(mirror.apply(controls));
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const auto [min, max] = table()[i].shadowing;
    // Where the neutral value is the end of one side's range there is nothing to come back from.
    RC_ASSERT(std::abs(twice[i] - controls[i]) < 1e-3f * (max - min));
  }
}

RC_GTEST_PROP(Profile, MoreGainNeverMovesLess, ()) {
  const auto i = static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(kControlCount)));
  ProfileSettings weak, strong;
  weak.controls[i].gain = *between(0, 2);
  strong.controls[i].gain = weak.controls[i].gain + *between(0, 2);
  weak.controls[i].curve = strong.controls[i].curve = *between(ControlShape::kLeastCurve, ControlShape::kMostCurve);
  const ControlVector controls = in_range();
  const float neutral = table()[i].neutral;
  RC_ASSERT(std::abs(Profile(strong).apply(controls)[i] - neutral) >=
            std::abs(Profile(weak).apply(controls)[i] - neutral) - 1e-4f);
}

TEST(ProfileShape, GainCurveAndOffsetWorkFromNeutral) {
  const std::size_t yaw = at("Head Yaw"), roll = at("Head Roll");  // −20…20 and −10…10, neutral 0
  ProfileSettings settings;
  settings.controls[yaw].gain = 0.5f;
  settings.controls[yaw].curve = 2;
  settings.controls[roll].offset = 3;
  settings.controls[roll].max = 5;
  const Profile profile(settings);
  ControlVector controls = table().neutral();
  EXPECT_EQ(profile.apply(controls)[yaw], 0);
  EXPECT_EQ(profile.apply(controls)[roll], 3);
  controls[yaw] = -10;  // half the way: ½² · 0.5 · 20
  controls[roll] = 4;
  EXPECT_FLOAT_EQ(profile.apply(controls)[yaw], -2.5f);
  EXPECT_EQ(profile.apply(controls)[roll], 5);
}

TEST(ProfileShape, AMirrorSwapsSidesAndTurns) {
  ProfileSettings settings;
  settings.mirror = true;
  ControlVector controls = table().neutral();
  controls[at("Brow Inner Left")] = 1;
  controls[at("Head Yaw")] = 12;
  controls[at("Head Pitch")] = 7;
  const ControlVector out = Profile(settings).apply(controls);
  EXPECT_FLOAT_EQ(out[at("Brow Inner Right")], 1);
  EXPECT_FLOAT_EQ(out[at("Brow Inner Left")], table()[at("Brow Inner Left")].neutral);  // not the other side's
  EXPECT_FLOAT_EQ(out[at("Head Yaw")], -12);
  EXPECT_FLOAT_EQ(out[at("Head Pitch")], 7);

  settings.controls[at("Head Yaw")].mirror = true;  // the other way round again
  EXPECT_EQ(Profile(settings).apply(controls)[at("Head Yaw")], 12);
}

TEST(ProfileShape, OutOfRangeIsRefused) {
  const auto refused = [](auto change, const std::string& complaint) {
    ProfileSettings settings;
    change(settings.controls[at("Head Yaw")]);
    try {
      const Profile profile(settings);
      FAIL() << "taken, but should be refused: " << complaint;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr(complaint));
      EXPECT_THAT(error.what(), HasSubstr("Head Yaw"));
    }
  };
  refused([](ControlShape& shape) { shape.gain = 4.1f; }, "gain");
  refused([](ControlShape& shape) { shape.gain = -1; }, "gain");
  refused([](ControlShape& shape) { shape.gain = kNaN; }, "gain");
  refused([](ControlShape& shape) { shape.curve = 0; }, "curve");
  refused([](ControlShape& shape) { shape.offset = kInfinity; }, "offset");
  refused([](ControlShape& shape) { shape.min = -21; }, "min");  // wider than safety allows
  refused([](ControlShape& shape) { shape.max = 21; }, "max");
  refused([](ControlShape& shape) { shape.min = 5, shape.max = 4; }, "above its max");
}

TEST(ControlRegions, HaveEachControlOnceAndKnowItsOtherSide) {
  const ControlRegions& regions = ControlRegions::ameca();
  EXPECT_EQ(regions.partner(at("Lip Corner Raise Left")), at("Lip Corner Raise Right"));
  EXPECT_EQ(regions.partner(at("Lip Corner Raise Right")), at("Lip Corner Raise Left"));
  EXPECT_EQ(regions.partner(at("Nose Wrinkle")), at("Nose Wrinkle"));
  EXPECT_TRUE(regions.is_sideways(at("Jaw Yaw")));
  EXPECT_FALSE(regions.is_sideways(at("Jaw Pitch")));
  for (const char* json : {"", "[]", "{}", R"({"regions":[{"name":"a","controls":["Jaw Pitch"]}],"sideways":[]})",
                           R"({"regions":[{"name":"a","controls":["Nose"]}],"sideways":[]})",
                           R"({"regions":[{"name":"a","controls":[1]}],"sideways":[]})"}) {
    std::istringstream in(json);
    EXPECT_THROW(ControlRegions::parse(in, "it.json", table()), InputError) << json;
  }
}

}  // namespace
}  // namespace vividface
