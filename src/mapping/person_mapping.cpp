#include "mapping/person_mapping.h"

#include <opencv2/imgproc.hpp>
#include <string>

#include "base/error.h"
#include "mapping/control_numbers.h"
#include "mapping/mapping_architecture.h"
#include "mapping/mapping_network.h"
#include "mapping/person_picture.h"

namespace vividface {

struct PersonMapping::Impl {
  explicit Impl(const std::filesystem::path& file) : network(file, MappingPrecision::fastest) {
    const Checkpoint weights = Checkpoint::read(file);
    const MappingArchitecture architecture = read_architecture(weights);
    if (!architecture.sees_person)
      throw InputError(file.string() + ": expected weights of `vividface train mapping --person`");
    if (architecture.input_size != kPersonSide)
      throw InputError(file.string() + ": expected weights for faces of " + std::to_string(kPersonSide) +
                       " pixels, found " + std::to_string(architecture.input_size) +
                       ": of an earlier version, train them anew");
    share.fill(0);
    if (weights.metadata().contains("share"))
      share =
          parse_control_numbers(weights.metadata("share"), "share", 1, share, weights.name() + ": metadata \"share\"");
  }

  MappingNetwork network;
  ControlVector share;
  cv::Mat rgb = cv::Mat(kPersonSide, kPersonSide, CV_8UC3), bgr;
};

PersonMapping::PersonMapping(const std::filesystem::path& weights) : impl_(std::make_unique<Impl>(weights)) {}

PersonMapping::~PersonMapping() = default;

void PersonMapping::mix(const cv::Mat& person, std::span<const float> motion, ControlVector& controls) {
  if (person.empty()) return;
  Impl& own = *impl_;
  if (person.type() != CV_8UC1 || person.cols != kPersonSide || person.rows != 2 * kPersonSide ||
      !person.isContinuous())
    throw InputError("expected a person's face of " + std::to_string(kPersonSide) + " pixels, at rest and now");
  person_picture({person.data, person.total()}, {own.rgb.data, own.rgb.total() * 3});
  cv::cvtColor(own.rgb, own.bgr, cv::COLOR_RGB2BGR);
  const ControlVector read = own.network.read(own.bgr, motion);
  for (std::size_t i = 0; i < kControlCount; ++i) controls[i] += own.share[i] * (read[i] - controls[i]);
}

}  // namespace vividface
