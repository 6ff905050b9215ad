// The robot must turn its head the way the person does: what the split sends is drawn, tracked and measured again.
#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "face/face_tracker.h"
#include "motion/head_pose.h"
#include "motion/reference.h"
#include "render/head_renderer.h"
#include "robot/controls.h"

namespace vividface {
namespace {

class RobotHead : public testing::Test {
 protected:
  RobotHead() : renderer_(robot_.topology()) {}

  Motion seen(const HeadAngles& angles) {
    ControlVector controls = ControlTable::ameca().neutral();
    HeadSplit::ameca().apply(head_rotation(angles), controls);
    robot_.pose(controls, pose_);
    const RenderView view = RenderView::portrait(256);
    cv::Mat picture(view.height, view.width, CV_8UC3);
    renderer_.draw(pose_, view, RenderLight{}, {picture.data, picture.total() * 3});
    tracker_.reset();
    tracker_.track(picture);
    const std::optional<FaceObservation> face = tracker_.track(picture);
    const std::optional<ReferenceShape> shape = face ? ReferenceShape::of(*face) : std::nullopt;
    EXPECT_TRUE(shape);
    return shape ? shape->motion : Motion{};
  }

  VirtualRobot robot_;
  HeadRenderer renderer_;
  FaceTracker tracker_;
  HeadPose pose_;
};

TEST_F(RobotHead, TurnsAsThePersonDoes) {
  const Motion rest = seen({});
  for (const HeadAngles wanted : {HeadAngles{12, 0, 0}, HeadAngles{-12, 0, 0}, HeadAngles{0, 12, 0},
                                  HeadAngles{0, -12, 0}, HeadAngles{0, 0, 12}, HeadAngles{0, 0, -12}}) {
    const HeadAngles found = head_angles(relative_rotation(seen(wanted), rest));
    EXPECT_NEAR(found.yaw, wanted.yaw, 4)
        << "yaw " << wanted.yaw << ", pitch " << wanted.pitch << ", roll " << wanted.roll;
    EXPECT_NEAR(found.pitch, wanted.pitch, 5)
        << "yaw " << wanted.yaw << ", pitch " << wanted.pitch << ", roll " << wanted.roll;
    EXPECT_NEAR(found.roll, wanted.roll, 4)
        << "yaw " << wanted.yaw << ", pitch " << wanted.pitch << ", roll " << wanted.roll;
  }
}

}  // namespace
}  // namespace vividface
