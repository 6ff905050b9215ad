#pragma once

#include <torch/types.h>

#include <opencv2/core/mat.hpp>

namespace vividface::liveportrait {

inline constexpr int kPictureSide = 256;  ///< pixels, of what F and M look at

/// CV_8UC3 BGR → [1, 3, H, W] uint8, RGB, on the CPU.
torch::Tensor tensor_of(const cv::Mat& bgr);
/// [H, W, 3] uint8, BGR, on the CPU → CV_8UC3 of its own.
cv::Mat picture_of(const torch::Tensor& bgr);
/// The whole picture as F and M take it: resized to 256×256, whatever its shape, as the published code does.
cv::Mat whole_picture(const cv::Mat& bgr);

}  // namespace vividface::liveportrait
