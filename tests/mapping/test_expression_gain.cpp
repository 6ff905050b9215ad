#include <gtest/gtest.h>

#include "base/error.h"
#include "base/resources.h"
#include "checkpoint/safetensors.h"
#include "mapping/expression_gain.h"

namespace vividface {
namespace {

ExpressionGain parsed(const std::string& json) { return ExpressionGain::parse(json, "gains.json"); }

ExpressionGain shipped() { return ExpressionGain::of(Safetensors::read(resource("models/mapping_mesh.safetensors"))); }

TEST(ExpressionGain, MultipliesTheDistanceFromNeutral) {
  const ControlTable& table = ControlTable::ameca();
  const std::size_t brow = *table.index_of("Brow Outer Left");
  ControlVector controls = table.neutral();
  for (float& c : controls) c += 0.1f;
  parsed(R"({"gain": {"Brow Outer Left": 2}})").apply(controls);
  for (std::size_t i = 0; i < kControlCount; ++i)
    EXPECT_NEAR(controls[i] - table[i].neutral, i == brow ? 0.2f : 0.1f, 1e-5f) << table[i].name;
}

TEST(ExpressionGain, LeavesTheNeutralFaceAndTreatsBothSidesAlike) {
  const ControlTable& table = ControlTable::ameca();
  const ExpressionGain gain = shipped();
  ControlVector controls = table.neutral();
  gain.apply(controls);
  EXPECT_EQ(controls, table.neutral());
  for (float& c : controls) c += 1;
  gain.apply(controls);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const std::string& name = table[i].name;
    if (!name.ends_with(" Left")) continue;
    const std::size_t right = *table.index_of(name.substr(0, name.size() - 4) + "Right");
    EXPECT_NEAR(controls[i] - table[i].neutral, controls[right] - table[right].neutral, 1e-4f) << name;
  }
}

TEST(ExpressionGain, IsOneOfWeightsThatSayNothingOfIt) {
  ControlVector controls = ControlTable::ameca().neutral();
  for (float& c : controls) c += 0.1f;
  const ControlVector before = controls;
  ExpressionGain::of(Safetensors::read(VIVIDFACE_TEST_DATA "/mapping/golden_x.safetensors")).apply(controls);
  EXPECT_EQ(controls, before);
}

TEST(ExpressionGain, RefusesWhatIsNoGain) {
  for (const char* json : {"", "{}", R"({"gain": {"Brow": 1}})", R"({"gain": {"Jaw Pitch": "1"}})",
                           R"({"gain": {"Jaw Pitch": -1}})", R"({"gain": {"Jaw Pitch": 5}})"}) {
    EXPECT_THROW(parsed(json), InputError) << json;
  }
}

}  // namespace
}  // namespace vividface
