#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string_view>

#include "base/output_file.h"

namespace vividface {

/// Throws InputError that names `option` unless `path` is empty or ends in .png or .jpg.
void check_picture_name(std::string_view option, const std::filesystem::path& path);

/// Writes CV_8UC3 BGR as the name's suffix says, and gives the file its name. Throws std::runtime_error when the disk
/// is full.
void write_picture(OutputFile& file, const cv::Mat& bgr);

}  // namespace vividface
