#include "transfer/liveportrait/liveportrait_transfer.h"

#include <torch/torch.h>

#include <algorithm>

#include "face/square_crop.h"
#include "motion/face_mesh.h"
#include "transfer/liveportrait/picture_tensor.h"

namespace vividface::liveportrait {

cv::Mat driving_crop(const cv::Mat& bgr, const FaceObservation& face) {
  constexpr float kLeast = 1, kMost = 1e5f;  // pixels
  if (!is_finite(face)) return {};
  const SquareCrop square = square_crop(face);
  if (!(square.size >= kLeast && square.size <= kMost && cv::norm(square.centre) <= kMost)) return {};
  cv::Mat crop;
  square.cut(bgr, kPictureSide, crop);
  return crop;
}

LivePortraitTransfer::LivePortraitTransfer(std::shared_ptr<const Networks> networks, const cv::Mat& robot,
                                           Streaming::Mapping mapping)
    : stream_(std::move(networks), tensor_of(whole_picture(robot)).to(torch::kFloat32) / 255, std::move(mapping)) {}

void LivePortraitTransfer::set_reference(const cv::Mat& bgr, const FaceObservation& face) {
  const cv::Mat crop = driving_crop(bgr, face);
  if (crop.empty()) return stream_.forget_reference();
  stream_.set_reference(tensor_of(crop));
}

std::optional<AnimatedFrame> LivePortraitTransfer::animate(const cv::Mat& bgr, const FaceObservation& face) {
  if (!has_reference()) return std::nullopt;
  const cv::Mat crop = driving_crop(bgr, face);
  if (crop.empty()) return std::nullopt;
  const StreamedFrame& frame = stream_.step(tensor_of(crop));
  std::copy_n(frame.controls.data_ptr<float>(), kControlCount, controls_.begin());
  return AnimatedFrame{picture_of(frame.bytes), cv::Matx33f::eye()};
}

}  // namespace vividface::liveportrait
