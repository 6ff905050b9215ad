#pragma once

#include <functional>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>

#include "face/face_tracker.h"
#include "face/frame.h"

namespace vividface {

/// What of a clip stands for a person who holds still.
struct StillFrame {
  cv::Mat reference;  ///< the clip's first frame with a face, BGR CV_8UC3
  Frame still;        ///< the frame to repeat; it has a face
};

/// Chooses the frame that a clip (a video file or an image folder) shows `at` so many seconds, or without a time the
/// middle one of its frames with a face. `tracker` looks for faces, and forgets whom it followed before. `each_frame`
/// is called for every frame that is looked at; what it throws ends the search. Throws InputError for what is no clip,
/// has no face, or shows none at that time.
StillFrame choose_still_frame(
    const std::string& clip, std::optional<double> at, FaceTracker& tracker,
    const std::function<void()>& each_frame = [] {});

}  // namespace vividface
