#pragma once

#include <filesystem>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>

#include "train/mapping_set.h"

namespace vividface {

/// A data set whose controls can be read off its pictures: control c is the (c mod 4)th of red, green, blue and the
/// length of a bar. The animated pictures show the same in other tones. Controls 8 and 9 span degrees, Jaw Yaw (14)
/// never varies.
inline void write_bar_set(const std::filesystem::path& folder, int count, int held_out, bool animated = true,
                          int size = 96) {
  namespace fs = std::filesystem;
  fs::create_directories(folder / "canonical");
  if (animated) fs::create_directories(folder / "animated");
  std::ofstream index(folder / "index.csv");
  index << "img_path,ctrl_values,split\n";
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (int i = 0; i < count; ++i) {
    const float shown[4] = {uniform(random), uniform(random), uniform(random), uniform(random)};
    const cv::Scalar colour(200 * shown[2], 200 * shown[1], 200 * shown[0]);
    const cv::Rect bar(8, size / 3, 2 + static_cast<int>(static_cast<float>(size - 18) * shown[3]), size / 3);
    cv::Mat one(size, size, CV_8UC3, colour), two(size, size, CV_8UC3, 0.8 * colour + cv::Scalar(30, 20, 10));
    cv::rectangle(one, bar, cv::Scalar(255, 255, 255), cv::FILLED);
    cv::rectangle(two, bar, cv::Scalar(200, 230, 240), cv::FILLED);
    char name[32];
    std::snprintf(name, sizeof name, "%06d.jpg", i);
    std::string values;
    for (int c = 0; c < static_cast<int>(kControlCount); ++c) {
      const float value = c == 14 ? 0.5f : c == 8 || c == 9 ? 40 * shown[c % 4] - 20 : shown[c % 4];
      values += (c ? ", " : "") + std::to_string(value);
    }
    const std::vector<int> quality = {cv::IMWRITE_JPEG_QUALITY, 95};
    cv::imwrite((folder / "canonical" / name).string(), one, quality);
    if (animated) cv::imwrite((folder / "animated" / name).string(), two, quality);
    index << "canonical/" << name << ",\"[" << values << "]\"," << (i < count - held_out ? "train" : "test") << '\n';
  }
}

}  // namespace vividface
