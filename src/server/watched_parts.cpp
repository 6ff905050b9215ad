#include "server/watched_parts.h"

#include <utility>

namespace vividface {

ShadowParts watched(ShadowParts parts, Preview& preview) {
  parts.track = [&preview, track = std::move(parts.track)](const cv::Mat& bgr) {
    std::optional<FaceObservation> face = track(bgr);
    preview.person.show(bgr, face);
    return face;
  };
  parts.map = [&preview, map = std::move(parts.map)](const AnimatedFrame& animated) {
    preview.animated.show(animated.image);
    return map(animated);
  };
  return parts;
}

}  // namespace vividface
