#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <string>

#include "base/output_file.h"

namespace vividface {

/// An mp4 of constant frame rate, H.264 where the codec is there (Debian has it) and MPEG-4 otherwise. The file appears
/// under its name when finish() is called; without it nothing is left behind.
class VideoWriter {
 public:
  static constexpr double kMinRate = 1, kMaxRate = 1000;  ///< frames a second

  /// `size` in pixels, each side 16…16384; an odd side gets one black row or column, which the codec needs.
  /// `frames_per_second` in kMinRate…kMaxRate. Throws InputError for a path that is no .mp4 or cannot be written.
  VideoWriter(const std::filesystem::path& path, cv::Size size, double frames_per_second);
  ~VideoWriter();

  /// Adds a frame of `size`, CV_8UC3 BGR. Throws std::runtime_error for another size or type, or a full disk.
  void write(const cv::Mat& bgr);

  /// Ends the file and gives it its name. Throws std::runtime_error when nothing was written or the disk is full.
  void finish();

 private:
  struct Encoder;

  [[noreturn]] void fail(const std::string& why) const;

  OutputFile file_;
  cv::Size size_;
  std::unique_ptr<Encoder> encoder_;  // goes before the file does
  cv::Mat padded_;                    // reused, empty unless a side is odd
  std::size_t frames_ = 0;
};

}  // namespace vividface
