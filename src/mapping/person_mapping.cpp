#include "mapping/person_mapping.h"

#include <opencv2/imgproc.hpp>
#include <string>

#include "base/error.h"
#include "mapping/control_numbers.h"
#include "mapping/mapping_architecture.h"
#include "mapping/mapping_network.h"
#include "mapping/person_picture.h"

namespace vividface {

namespace {

const Checkpoint& checked(const Checkpoint& weights) {
  const MappingArchitecture architecture = read_architecture(weights);
  if (!architecture.sees_person)
    throw InputError(weights.name() + ": expected weights of `vividface train mapping --person`");
  if (architecture.input_size != kPersonSide)
    throw InputError(weights.name() + ": expected weights for faces of " + std::to_string(kPersonSide) +
                     " pixels, found " + std::to_string(architecture.input_size) +
                     ": of an earlier version, train them anew");
  return weights;
}

/// No share of a control that the file does not name.
ControlVector read_share(const Checkpoint& weights) {
  ControlVector share;
  share.fill(0);
  if (!weights.metadata().contains("share")) return share;
  return parse_control_numbers(weights.metadata("share"), "share", 1, share, weights.name() + ": metadata \"share\"");
}

}  // namespace

struct PersonMapping::Impl {
  explicit Impl(const Checkpoint& weights)
      : network(checked(weights), MappingPrecision::fastest), share(read_share(weights)) {}

  MappingNetwork network;
  ControlVector share;
  cv::Mat rgb = cv::Mat(kPersonSide, kPersonSide, CV_8UC3), bgr;
};

PersonMapping::PersonMapping(const std::filesystem::path& weights) : PersonMapping(Checkpoint::read(weights)) {}

PersonMapping::PersonMapping(const Checkpoint& weights) : impl_(std::make_unique<Impl>(weights)) {}

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
