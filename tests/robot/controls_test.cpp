#include "robot/controls.h"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "base/error.h"
#include "base/resources.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using ::testing::HasSubstr;

std::string ameca_text() {
  std::ifstream file(resource("config/ameca.json"));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::filesystem::path written(const std::string& name, const std::string& text) {
  static const TemporaryFolder folder;
  const auto path = folder / name;
  std::ofstream(path) << text;
  return path;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

void expect_rejected(const std::string& name, const std::string& text, const std::string& complaint) {
  const auto path = written(name, text);
  try {
    ControlTable::load(path);
    FAIL() << "accepted " << name;
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr(path.string()));
    EXPECT_THAT(error.what(), HasSubstr(complaint));
  }
}

TEST(ControlTable, HasThePublishedOrderRangesAndNeutrals) {
  const ControlTable& table = ControlTable::ameca();
  EXPECT_EQ(table[0].name, "Brow Inner Left");
  EXPECT_EQ(table[13].name, "Jaw Pitch");
  EXPECT_EQ(table[29].name, "Nose Wrinkle");
  EXPECT_EQ(table[13].name_space, std::nullopt);
  EXPECT_EQ(table[8].unit, "degree");
  EXPECT_FLOAT_EQ(table[13].shadowing.min, 0.5f);
  EXPECT_FLOAT_EQ(table[13].dataset.min, 0.f);
  EXPECT_FLOAT_EQ(table.neutral()[1], 0.68f);
  EXPECT_EQ(table.index_of("Jaw Pitch"), 13u);
  EXPECT_EQ(table.index_of("jaw pitch"), std::nullopt);
}

TEST(ControlTable, ClampLimitsEachValueAndTurnsWhatIsNotFiniteIntoNeutral) {
  const ControlTable& table = ControlTable::ameca();
  for (std::size_t i = 0; i < kControlCount; ++i) {
    ControlVector controls = table.neutral();
    EXPECT_EQ(table.clamp(controls), controls);
    controls[i] = 1e9f;
    EXPECT_EQ(table.clamp(controls)[i], table[i].shadowing.max);
    controls[i] = -1e9f;
    EXPECT_EQ(table.clamp(controls)[i], table[i].shadowing.min);
    for (const float bad :
         {std::nanf(""), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
      controls[i] = bad;
      EXPECT_EQ(table.clamp(controls)[i], table[i].neutral);
    }
  }
}

TEST(ControlTable, RejectsFilesThatAreNotATable) {
  EXPECT_THROW(ControlTable::load("no/such/file.json"), InputError);
  const std::string good = ameca_text();
  expect_rejected("empty.json", "", "not as config/ameca.json");
  expect_rejected("half.json", good.substr(0, good.size() / 2), "not as config/ameca.json");
  expect_rejected("none.json", "{\"controls\": []}", "0 controls");
  expect_rejected("twice.json", replaced(good, "Brow Inner Right", "Brow Inner Left"), "twice");
  expect_rejected("unit.json", replaced(good, "\"degree\"", "\"radian\""), "radian");
  expect_rejected("range.json", replaced(good, "    1\n", "    1e39\n"), "finite");
  expect_rejected("neutral.json", replaced(good, "\"neutral\": 0.6", "\"neutral\": 1.6"), "neutral");
}

}  // namespace
}  // namespace vividface
