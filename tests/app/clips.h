#pragma once

#include <cmath>
#include <filesystem>
#include <functional>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "camera/video_writer.h"

namespace vividface {

/// A picture of a person's face, 320×320 or so.
inline cv::Mat a_face() { return cv::imread(VIVIDFACE_TEST_DATA "/face/neutral.jpg"); }

/// A frame of 480×360 with the face at `x` from the left; outside the frame it is not drawn.
inline cv::Mat frame_with_face_at(int x) {
  cv::Mat frame(360, 480, CV_8UC3, cv::Scalar(90, 100, 110)), face;
  cv::resize(a_face(), face, {240, 240});
  const cv::Rect place = cv::Rect(x, 60, 240, 240) & cv::Rect(0, 0, 480, 360);
  if (!place.empty()) face(place - cv::Point(x, 60)).copyTo(frame(place));
  return frame;
}

/// An mp4 of `count` frames, 25 a second.
inline void write_clip(const std::filesystem::path& file, int count, const std::function<cv::Mat(int)>& frame) {
  VideoWriter video(file, frame(0).size(), 25);
  for (int i = 0; i < count; ++i) video.write(frame(i));
  video.finish();
}

}  // namespace vividface
