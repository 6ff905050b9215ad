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

cv::Mat picture_of(const torch::Tensor& bgr) {
  return cv::Mat(static_cast<int>(bgr.size(0)), static_cast<int>(bgr.size(1)), CV_8UC3, bgr.data_ptr()).clone();
}

cv::Mat whole_picture(const cv::Mat& bgr) {
  cv::Mat resized;
  cv::resize(bgr, resized, {kPictureSide, kPictureSide}, 0, 0, cv::INTER_LINEAR);
  return resized;
}

}  // namespace vividface::liveportrait
