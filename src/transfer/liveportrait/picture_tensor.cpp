#include "transfer/liveportrait/picture_tensor.h"

#include <torch/torch.h>

#include <opencv2/imgproc.hpp>

namespace vividface::liveportrait {

torch::Tensor tensor_of(const cv::Mat& bgr) {
  cv::Mat rgb;
  cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  const auto last = torch::from_blob(rgb.data, {1, rgb.rows, rgb.cols, 3}, torch::kUInt8);
  return last.permute({0, 3, 1, 2}).contiguous();
}

cv::Mat picture_of(const torch::Tensor& rgb) {
  const auto bytes = (rgb[0].to(torch::kFloat32) * 255).round().clamp(0, 255).to(torch::kUInt8);
  const auto last = bytes.flip({0}).permute({1, 2, 0}).contiguous().to(torch::kCPU);
  return cv::Mat(static_cast<int>(last.size(0)), static_cast<int>(last.size(1)), CV_8UC3, last.data_ptr()).clone();
}

cv::Mat whole_picture(const cv::Mat& bgr) {
  cv::Mat resized;
  cv::resize(bgr, resized, {kPictureSide, kPictureSide}, 0, 0, cv::INTER_LINEAR);
  return resized;
}

}  // namespace vividface::liveportrait
