#include "transfer/mesh/robot_face.h"

#include <opencv2/imgproc.hpp>
#include <optional>

#include "base/error.h"
#include "camera/picture.h"
#include "face/face_tracker.h"

namespace vividface {
namespace {

constexpr int kSize = 256;

}  // namespace

RobotFace RobotFace::from_picture(const cv::Mat& bgr, const std::string& name) {
  if (bgr.empty() || bgr.type() != CV_8UC3 || bgr.cols != bgr.rows || bgr.cols < 64) {
    throw InputError(name + " is " + std::to_string(bgr.cols) + "×" + std::to_string(bgr.rows) +
                     "; expected a square colour picture of the robot's face, 64 pixels or more");
  }
  RobotFace robot;
  cv::resize(bgr, robot.picture, {kSize, kSize}, 0, 0, cv::INTER_AREA);
  // The canonical view is filled by the face; the tracker's models expect some room around it.
  constexpr int kBorder = kSize / 4;
  cv::Mat roomy;
  cv::copyMakeBorder(robot.picture, roomy, kBorder, kBorder, kBorder, kBorder, cv::BORDER_REPLICATE);
  FaceTracker tracker;
  std::optional<FaceObservation> face;
  for (int i = 0; i < 4; ++i) face = tracker.track(roomy);  // the region settles within a few looks
  if (!face) throw InputError("no face found in " + name + "; expected the robot's face, frontal and neutral");
  for (cv::Point3f& p : face->mesh) p -= cv::Point3f(kBorder, kBorder, 0);
  for (EyeObservation& eye : face->eyes) {
    for (cv::Point2f& p : eye.contour) p -= cv::Point2f(kBorder, kBorder);
    for (cv::Point2f& p : eye.iris) p -= cv::Point2f(kBorder, kBorder);
  }
  robot.face = *face;
  return robot;
}

RobotFace RobotFace::load(const std::filesystem::path& path) { return from_picture(read_picture(path), path.string()); }

}  // namespace vividface
