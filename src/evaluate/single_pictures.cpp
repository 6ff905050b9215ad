#include "evaluate/single_pictures.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/error.h"

namespace vividface {

const cv::Mat& SinglePictures::read(const std::filesystem::path& jpeg) {
  std::ifstream file(jpeg, std::ios::binary);
  bytes_.assign(std::istreambuf_iterator<char>(file), {});
  if (!file || !decoder_.decode(bytes_, picture_))
    throw InputError(jpeg.string() + ": expected a JPEG picture, cannot be read");
  return picture_;
}

const cv::Mat& SinglePictures::compressed(const cv::Mat& bgr, int quality) {
  bytes_ = encode_jpeg(bgr, quality);
  if (!decoder_.decode(bytes_, picture_)) throw std::runtime_error("libturbojpeg cannot read what it wrote");
  return picture_;
}

std::optional<FaceObservation> SinglePictures::track(const cv::Mat& bgr) {
  tracker_->reset();
  return tracker_->track(bgr) ? tracker_->track(bgr) : std::nullopt;
}

}  // namespace vividface
