#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "face/face_tracker.h"
#include "motion/eyelids.h"
#include "motion/reference.h"
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

// As the tracker sees the robot whose lids are all at `value`, per eye width.
float opening_at(float value) {
  const ControlTable& table = ControlTable::ameca();
  const VirtualRobot robot;
  HeadRenderer renderer(robot.topology());
  HeadPose pose;
  ControlVector controls = table.neutral();
  for (const char* lid : {"Eyelid Upper Left", "Eyelid Upper Right", "Eyelid Lower Left", "Eyelid Lower Right"}) {
    controls[table.index_of(lid).value()] = value;
  }
  robot.pose(controls, pose);
  const RenderView view = RenderView::portrait(320);
  cv::Mat picture(view.height, view.width, CV_8UC3);
  renderer.draw(pose, view, {}, {picture.data, picture.total() * 3});
  const FaceObservation face = FaceTracker().track(picture).value();
  const ReferenceShape shape = ReferenceShape::of(face).value();
  return 0.5f * (eye_shape(face.eyes[0], Side::left, shape.canonical, shape.motion).opening() +
                 eye_shape(face.eyes[1], Side::right, shape.canonical, shape.motion).opening());
}

TEST(TrackedRobot, ItsWidestEyeIsThatOfACalibratedPerson) {
  EXPECT_NEAR(opening_at(2) / opening_at(1), LidRange::kWide, 0.05);
}

}  // namespace
}  // namespace vividface
