#include "robot/virtual_robot.h"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <utility>

namespace vividface {
namespace {

using Eigen::Vector3f;

class VirtualRobotTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { robot_ = new VirtualRobot; }
  static void TearDownTestSuite() { delete robot_; }

  static HeadPose posed(std::initializer_list<std::pair<const char*, float>> changes) {
    ControlVector controls = ControlTable::ameca().neutral();
    for (const auto& [name, value] : changes) controls.at(ControlTable::ameca().index_of(name).value()) = value;
    HeadPose pose;
    robot_->pose(controls, pose);
    return pose;
  }

  static Vector3f at(const HeadPose& pose, std::size_t v) {
    return Eigen::Map<const Vector3f>(pose.positions[v].data());
  }

  /// The skin vertex nearest to a place on the base mesh, in decimetres from between its eyes.
  static std::size_t skin_at(const Vector3f& place) {
    std::size_t best = 0;
    float least = std::numeric_limits<float>::infinity();
    for (std::size_t t = 0; t < robot_->topology().triangles.size(); ++t) {
      if (robot_->topology().materials[t] != Material::skin) continue;
      for (const std::uint32_t v : robot_->topology().triangles[t]) {
        const float distance = (Eigen::Map<const Vector3f>(robot_->topology().reference[v].data()) - place).norm();
        if (distance < least) std::tie(least, best) = std::pair(distance, std::size_t{v});
      }
    }
    return best;
  }

  static inline VirtualRobot* robot_ = nullptr;
};

const Vector3f kChin(0, -1.05f, 0.25f), kLowerLip(0, -0.73f, 0.32f), kLeftCorner(0.31f, -0.68f, 0.16f);
const Vector3f kLeftUpperLid(0.31f, 0.05f, 0.18f), kLeftLowerLid(0.31f, -0.06f, 0.17f), kNoseTip(0, -0.38f, 0.5f);
const Vector3f kLeftInnerBrow(0.13f, 0.2f, 0.24f), kLeftOuterBrow(0.48f, 0.15f, 0.1f);

TEST_F(VirtualRobotTest, NamesDoWhatTheySay) {
  struct Case {
    const char* control;
    float value;
    Vector3f place, direction;  // a vertex there moves that way, by at least a millimetre
  };
  const Vector3f up(0, 1, 0), down(0, -1, 0), left(1, 0, 0), right(-1, 0, 0);
  const Case cases[] = {
      {"Jaw Pitch", 0, kChin, down},
      {"Jaw Pitch", 0, kLowerLip, down},
      {"Jaw Yaw", 1, kChin, left},
      {"Jaw Yaw", 0, kChin, right},
      {"Lip Corner Raise Left", 1, kLeftCorner, up},
      {"Lip Corner Raise Left", 0, kLeftCorner, down},
      {"Lip Corner Stretch Left", 1, kLeftCorner, left},
      {"Lip Corner Stretch Left", 0, kLeftCorner, right},
      {"Lip Bottom Depress Middle", 1, kLowerLip, down},
      {"Brow Inner Left", 1, kLeftInnerBrow, up},
      {"Brow Inner Left", 0, kLeftInnerBrow, down},
      {"Brow Outer Left", 1, kLeftOuterBrow, up},
      {"Brow Outer Left", 0, kLeftOuterBrow, down},
      {"Eyelid Upper Left", 0, kLeftUpperLid, down},
      {"Eyelid Upper Left", 2, kLeftUpperLid, up},
      {"Eyelid Lower Left", 0, kLeftLowerLid, up},
      {"Head Yaw", 20, kNoseTip, left},
      {"Head Pitch", 20, kNoseTip, up},
      {"Head Roll", 10, kLeftOuterBrow, down},
      {"Neck Pitch", 20, kNoseTip, up},
      {"Neck Roll", 12, kLeftOuterBrow, down},
  };
  const HeadPose rest = posed({});
  for (const Case& c : cases) {
    const std::size_t v = skin_at(c.place);
    const Vector3f moved = at(posed({{c.control, c.value}}), v) - at(rest, v);
    EXPECT_GT(moved.dot(c.direction), 0.01f) << c.control << " at " << c.value << " moved " << moved.transpose();
  }
}

TEST_F(VirtualRobotTest, GazeTurnsTheEyesOnly) {
  const HeadPose rest = posed({}), aside = posed({{"Gaze Target Phi", 130}, {"Gaze Target Theta", 60}});
  EXPECT_FLOAT_EQ(rest.gaze[0][2], 1);
  for (const auto& axis : aside.gaze) {
    EXPECT_GT(axis[0], 0.4f);
    EXPECT_GT(axis[1], 0.3f);
    EXPECT_NEAR(std::hypot(axis[0], axis[1], axis[2]), 1, 1e-5);
  }
  EXPECT_EQ(at(aside, skin_at(kNoseTip)), at(rest, skin_at(kNoseTip)));
  EXPECT_EQ(aside.eye_centre, rest.eye_centre);
}

TEST_F(VirtualRobotTest, TheSkullTurnsRigidly) {
  const HeadPose rest = posed({}), turned = posed({{"Head Yaw", 20}, {"Head Pitch", -15}, {"Neck Roll", 12}});
  const std::size_t nose = skin_at(kNoseTip), brow = skin_at(kLeftOuterBrow), chin = skin_at(kChin);
  for (const auto& [a, b] : {std::pair(nose, brow), std::pair(nose, chin), std::pair(brow, chin)}) {
    EXPECT_NEAR((at(turned, a) - at(turned, b)).norm(), (at(rest, a) - at(rest, b)).norm(), 2e-3f);
  }
  const Eigen::Map<const Eigen::Matrix<float, 3, 3, Eigen::RowMajor>> rotation(turned.head_rotation.data());
  EXPECT_NEAR((rotation * (at(rest, nose) - at(rest, brow)) - (at(turned, nose) - at(turned, brow))).norm(), 0, 2e-3f);
}

TEST_F(VirtualRobotTest, LidsStayOutsideTheEyeballs) {
  for (const float lid : {-1.f, 0.f, 0.3f, 0.6f, 1.f, 2.f}) {
    const HeadPose pose = posed({{"Eyelid Upper Left", lid}, {"Eyelid Lower Left", lid}});
    const Vector3f centre = Eigen::Map<const Vector3f>(pose.eye_centre[0].data());
    float radius = 0;
    for (std::size_t t = 0; t < robot_->topology().triangles.size(); ++t) {
      if (robot_->topology().materials[t] != Material::sclera) continue;
      const Vector3f p = at(pose, robot_->topology().triangles[t][0]);
      if (p.x() > 0) radius = std::max(radius, (p - centre).norm());
    }
    for (std::size_t t = 0; t < robot_->topology().triangles.size(); ++t) {
      if (robot_->topology().materials[t] != Material::skin) continue;
      for (const std::uint32_t v : robot_->topology().triangles[t]) {
        ASSERT_GT((at(pose, v) - centre).norm(), 0.97f * radius) << "lids at " << lid;
      }
    }
  }
}

TEST_F(VirtualRobotTest, FoldsComeWithTheirExpressionOnItsSide) {
  const auto fold = [](const HeadPose& pose, Wrinkle which) { return pose.wrinkles[static_cast<std::size_t>(which)]; };
  for (const float depth : posed({}).wrinkles) EXPECT_EQ(depth, 0);
  EXPECT_GT(fold(posed({{"Brow Inner Left", 1}}), Wrinkle::forehead_inner_left), 0.5f);
  EXPECT_EQ(fold(posed({{"Brow Inner Left", 1}}), Wrinkle::forehead_inner_right), 0);
  EXPECT_GT(fold(posed({{"Brow Inner Right", 0}}), Wrinkle::frown_right), 0.5f);
  EXPECT_GT(fold(posed({{"Nose Wrinkle", 1}}), Wrinkle::nose_left), 0.5f);
  EXPECT_GT(fold(posed({{"Lip Corner Raise Left", 1}}), Wrinkle::nasolabial_left), 0.5f);
  EXPECT_GT(fold(posed({{"Eyelid Lower Right", -1}}), Wrinkle::crows_feet_right), 0.3f);
}

TEST_F(VirtualRobotTest, HostileControlsGiveFinitePlaces) {
  ControlVector controls;
  for (const float value : {1e30f, -1e30f, std::nanf(""), -std::numeric_limits<float>::infinity()}) {
    controls.fill(value);
    HeadPose pose;
    robot_->pose(controls, pose);
    ASSERT_EQ(pose.positions.size(), robot_->topology().vertex_count);
    for (std::size_t v = 0; v < pose.positions.size(); ++v)
      ASSERT_TRUE(at(pose, v).allFinite() && at(pose, v).norm() < 20);
  }
}

TEST_F(VirtualRobotTest, WithoutHeadPoseChangesHeadAndNeckOnly) {
  const ControlTable& table = ControlTable::ameca();
  ControlVector controls;
  for (std::size_t i = 0; i < kControlCount; ++i) controls[i] = table[i].dataset.max;
  const ControlVector still = without_head_pose(controls);
  int changed = 0;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    changed += still[i] != controls[i];
    EXPECT_TRUE(still[i] == controls[i] || still[i] == table[i].neutral);
  }
  EXPECT_EQ(changed, 5);
}

}  // namespace
}  // namespace vividface
