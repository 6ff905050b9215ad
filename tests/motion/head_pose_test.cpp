#include "motion/head_pose.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "base/error.h"
#include "base/resources.h"
#include "motion/faces.h"
#include "robot/controls.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

TEST(HeadAngles, ComeBackFromTheirRotation) {
  for (float yaw = -60; yaw <= 60; yaw += 30) {
    for (float pitch = -40; pitch <= 40; pitch += 20) {
      for (float roll = -30; roll <= 30; roll += 15) {
        const HeadAngles angles = head_angles(head_rotation({yaw, pitch, roll}));
        EXPECT_NEAR(angles.yaw, yaw, 1e-3);
        EXPECT_NEAR(angles.pitch, pitch, 1e-3);
        EXPECT_NEAR(angles.roll, roll, 1e-3);
      }
    }
  }
}

// The signs, said in points of the picture rather than in matrices.
TEST(HeadAngles, SignsAreThePersonsOwn) {
  constexpr int kNoseTip = 1, kForehead = 10;
  const FaceObservation rest = synthetic_face();
  EXPECT_GT(synthetic_face({20, 0, 0}).mesh[kNoseTip].x, rest.mesh[kNoseTip].x) << "own left is right in the picture";
  EXPECT_GT(synthetic_face({0, 20, 0}).mesh[kNoseTip].y, rest.mesh[kNoseTip].y) << "chin down";
  EXPECT_GT(synthetic_face({0, 0, 20}).mesh[kForehead].x, rest.mesh[kForehead].x) << "crown to the own left shoulder";
}

TEST(HeadSplit, NoTurnIsTheNeutralPoseAndOtherControlsStay) {
  const ControlTable& table = ControlTable::ameca();
  ControlVector controls;
  controls.fill(123);
  HeadSplit::ameca().apply(cv::Matx33f::eye(), controls);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const bool head = table[i].name.starts_with("Head ") || table[i].name.starts_with("Neck ");
    EXPECT_EQ(controls[i], head ? table[i].neutral : 123) << table[i].name;
  }
}

TEST(HeadSplit, StaysInRangeAndHandsOnWhatIsLeft) {
  const ControlTable& table = ControlTable::ameca();
  const std::size_t head = *table.index_of("Head Roll"), neck = *table.index_of("Neck Roll");
  ControlVector small{}, large{}, wild{};
  HeadSplit::ameca().apply(head_rotation({0, 0, 5}), small);
  HeadSplit::ameca().apply(head_rotation({0, 0, 20}), large);
  EXPECT_NEAR(std::abs(small[head]) + std::abs(small[neck]), 5, 1e-3);
  EXPECT_NEAR(std::abs(large[head]) + std::abs(large[neck]), 20, 1e-3);
  for (const cv::Matx33f& rotation : {head_rotation({80, 70, 60}), head_rotation({-80, -70, -60}), cv::Matx33f::all(0),
                                      cv::Matx33f::all(std::numeric_limits<float>::quiet_NaN())}) {
    HeadSplit::ameca().apply(rotation, wild);
    for (const char* name : {"Head Yaw", "Head Pitch", "Head Roll", "Neck Pitch", "Neck Roll"}) {
      const std::size_t i = *table.index_of(name);
      EXPECT_GE(wild[i], table[i].shadowing.min) << name;
      EXPECT_LE(wild[i], table[i].shadowing.max) << name;
    }
  }
}

TEST(HeadSplit, SaysWhatIsWrongWithAFile) {
  const TemporaryFolder folder;
  const auto path = folder / "head_split.json";
  for (const char* text : {"", "[]", R"({"controls":[{"name":"Head Yaws","angle":"yaw","degrees_per_degree":1}]})",
                           R"({"controls":[{"name":"Head Yaw","angle":"yow","degrees_per_degree":1}]})",
                           R"({"controls":[{"name":"Head Yaw","angle":"yaw","degrees_per_degree":0}]})"}) {
    std::ofstream(path) << text;
    EXPECT_THROW(HeadSplit::load(path), InputError) << text;
  }
  EXPECT_THROW(HeadSplit::load("no-such-file.json"), InputError);
}

}  // namespace
}  // namespace vividface
