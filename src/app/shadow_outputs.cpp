#include "app/shadow_outputs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <span>
#include <string>

namespace vividface {
namespace {

constexpr int kRobotSize = 512;
constexpr int kPanel = 400, kCaption = 36;  // pixels of the preview: each panel's side, and the line above it
const cv::Scalar kInk(235, 235, 235), kPaper(28, 28, 28), kMesh(120, 220, 120), kWarning(80, 150, 255);

// Scaled to fit, in the panel's middle.
void place(const cv::Mat& picture, cv::Mat panel) {
  if (picture.empty()) return;
  const double scale =
      std::min(static_cast<double>(panel.cols) / picture.cols, static_cast<double>(panel.rows) / picture.rows);
  const cv::Size size(std::clamp(static_cast<int>(std::lround(picture.cols * scale)), 1, panel.cols),
                      std::clamp(static_cast<int>(std::lround(picture.rows * scale)), 1, panel.rows));
  const cv::Rect where((panel.cols - size.width) / 2, (panel.rows - size.height) / 2, size.width, size.height);
  cv::resize(picture, panel(where), size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
}

void draw_mesh(const FaceObservation& face, const cv::Size& frame, cv::Mat panel) {
  const float scale = std::min(static_cast<float>(panel.cols) / static_cast<float>(frame.width),
                               static_cast<float>(panel.rows) / static_cast<float>(frame.height));
  const cv::Point2f offset((static_cast<float>(panel.cols) - scale * static_cast<float>(frame.width)) / 2,
                           (static_cast<float>(panel.rows) - scale * static_cast<float>(frame.height)) / 2);
  const cv::Rect inside(0, 0, panel.cols, panel.rows);
  for (const cv::Point3f& point : face.mesh) {
    const cv::Point at(cvRound(point.x * scale + offset.x), cvRound(point.y * scale + offset.y));
    if (!at.inside(inside)) continue;
    cv::Vec3b& pixel = panel.at<cv::Vec3b>(at);
    for (int c = 0; c < 3; ++c) pixel[c] = cv::saturate_cast<uchar>((pixel[c] + kMesh[c]) / 2);  // lightly
  }
}

void caption(cv::Mat& out, int column, const std::string& text, const cv::Scalar& colour = kInk) {
  cv::putText(out, text, {column * kPanel + 12, kCaption - 12}, cv::FONT_HERSHEY_SIMPLEX, 0.5, colour, 1, cv::LINE_AA);
}

}  // namespace

void draw_preview(const cv::Mat& person, const ShadowedFrame& shadowed, const cv::Mat& robot, cv::Mat& out) {
  out.create(kCaption + kPanel, 3 * kPanel, CV_8UC3);
  out.setTo(kPaper);
  const auto panel = [&](int column) { return out(cv::Rect(column * kPanel, kCaption, kPanel, kPanel)); };
  place(person, panel(0));
  if (shadowed.face) draw_mesh(*shadowed.face, person.size(), panel(0));
  place(shadowed.animated, panel(1));
  place(robot, panel(2));

  const bool held = shadowed.status != ShadowStatus::shadowing;
  caption(out, 0, held ? "person (" + std::string(name(shadowed.status)) + ")" : "person", held ? kWarning : kInk);
  caption(out, 1, "I_m: re-enacted robot picture (M1)");
  caption(out, 2, "virtual robot: 30 controls (M2)");
}

ControlRow control_row(const ShadowedFrame& shadowed, double time_s, const ControlVector& controls) {
  return {shadowed.index, time_s, shadowed.status == ShadowStatus::shadowing, controls};
}

ShadowOutputs::ShadowOutputs(const ShadowOutputPaths& paths, cv::Size animated_size, double frames_per_second) {
  const double rate = std::clamp(frames_per_second, VideoWriter::kMinRate, VideoWriter::kMaxRate);
  if (!paths.controls.empty()) controls_.emplace(paths.controls);
  if (!paths.robot_video.empty()) robot_video_.emplace(paths.robot_video, cv::Size(kRobotSize, kRobotSize), rate);
  if (!paths.animated_video.empty()) animated_video_.emplace(paths.animated_video, animated_size, rate);
  if (!paths.preview.empty()) preview_.emplace(paths.preview, cv::Size(3 * kPanel, kCaption + kPanel), rate);
  if (robot_video_ || preview_) robot_picture_.emplace(robot_.emplace());
}

void ShadowOutputs::add(const cv::Mat& person, const ShadowedFrame& shadowed) {
  if (controls_) controls_->write(control_row(shadowed, shadowed.time, shadowed.controls));
  const cv::Mat robot =
      robot_picture_ ? robot_picture_->draw(shadowed.controls, RenderView::portrait(kRobotSize)) : cv::Mat();
  if (preview_) draw_preview(person, shadowed, robot, preview_picture_);
  for (; next_index_ <= shadowed.index; ++next_index_) {
    if (robot_video_) robot_video_->write(robot);
    if (animated_video_) animated_video_->write(shadowed.animated);
    if (preview_) preview_->write(preview_picture_);
  }
}

void ShadowOutputs::finish() {
  if (controls_) controls_->close();
  for (auto* video : {&robot_video_, &animated_video_, &preview_}) {
    if (*video) (*video)->finish();
  }
}

}  // namespace vividface
