#pragma once

#include <string>

#include "server/http_routes.h"
#include "server/live_shadow.h"

namespace vividface {

struct LiveActionsOptions {
  bool takes_frames = true;      ///< false: a camera or clip gives the frames
  std::string session{};         ///< its name in the log; empty for the only one
  long max_pixels = 16'000'000;  ///< of a picture that a client sends
  /// The faces in a picture, as boxes in its pixels; called on the server's thread. Empty: GET /faces has the followed
  /// one alone.
  std::function<std::vector<cv::Rect2f>(const cv::Mat& bgr)> find_faces{};
};

/// What clients may do with `live`, which must outlive it; but for the metrics, which are of all (session_actions).
HttpActions live_actions(LiveShadow& live, const LiveActionsOptions& options);

}  // namespace vividface
