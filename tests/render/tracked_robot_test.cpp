#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "face/face_tracker.h"
#include "render/head_renderer.h"

namespace vividface {
namespace {

// The robot stands in for a robot that people look at: what finds people's faces must find its face, whatever it shows.
TEST(TrackedRobot, TheFaceTrackerFindsTheRobotInEveryControlsExtremes) {
  const ControlTable& table = ControlTable::ameca();
  const VirtualRobot robot;
  HeadRenderer renderer(robot.topology());
  HeadPose pose;
  FaceTracker tracker;
  const RenderView view = RenderView::portrait(320);
  cv::Mat picture(view.height, view.width, CV_8UC3);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    for (const float value : {table[i].shadowing.min, table[i].neutral, table[i].shadowing.max}) {
      ControlVector controls = table.neutral();
      controls[i] = value;
      robot.pose(controls, pose);
      renderer.draw(pose, view, {}, {picture.data, picture.total() * 3});
      tracker.reset();
      const auto face = tracker.track(picture);
      ASSERT_TRUE(face) << table[i].name << " at " << value;
      EXPECT_GT(face->presence, 0.95f) << table[i].name << " at " << value;
    }
  }
}

}  // namespace
}  // namespace vividface
