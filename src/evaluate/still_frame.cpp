#include "evaluate/still_frame.h"

#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/error.h"
#include "camera/frame_source.h"

namespace vividface {
namespace {

std::string seconds(double time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", time);
  return text;
}

/// A clip, frame by frame, and whether each has a face.
class WatchedClip {
 public:
  WatchedClip(const std::string& clip, FaceTracker& tracker) : source_(open_frame_source(clip)), tracker_(tracker) {
    tracker_.reset();
  }

  bool next() {
    std::optional<Frame> frame = source_->next();
    if (!frame) return false;
    frame_ = std::move(*frame);
    has_face_ = !frame_.bgr.empty() && tracker_.track(frame_.bgr).has_value();
    return true;
  }
  const Frame& frame() const { return frame_; }
  bool has_face() const { return has_face_; }
  double frames_per_second() const { return source_->frames_per_second(); }

 private:
  std::unique_ptr<FrameSource> source_;
  FaceTracker& tracker_;
  Frame frame_;
  bool has_face_ = false;
};

Frame copy_of(const Frame& frame) {
  Frame copy = frame;
  copy.bgr = frame.bgr.clone();
  return copy;
}

StillFrame shown_at(const std::string& clip, double at, FaceTracker& tracker, const std::function<void()>& each_frame) {
  if (!(std::isfinite(at) && at >= 0)) throw InputError("--at: expected seconds from the clip's start, 0 or more");
  WatchedClip watched(clip, tracker);
  StillFrame found;
  bool has_face = false;
  double end = 0;
  while (end <= at && watched.next()) {
    each_frame();
    end = watched.frame().time + 1 / watched.frames_per_second();
    if (watched.frame().time > at) break;  // the one before is shown until then
    has_face = watched.has_face();
    if (!has_face) continue;
    if (found.reference.empty()) found.reference = watched.frame().bgr.clone();
    found.still = copy_of(watched.frame());
  }
  if (end <= at) throw InputError("--at " + seconds(at) + ": " + clip + " ends at " + seconds(end));
  if (!has_face)
    throw InputError("--at " + seconds(at) + ": no face in that frame of " + clip + "; give a time at which there is");
  return found;
}

StillFrame middle(const std::string& clip, FaceTracker& tracker, const std::function<void()>& each_frame) {
  StillFrame found;
  std::vector<std::size_t> with_face;  // frames by their place in the clip
  std::size_t count = 0;
  for (WatchedClip watched(clip, tracker); watched.next(); ++count) {
    each_frame();
    if (!watched.has_face()) continue;
    if (with_face.empty()) found.reference = watched.frame().bgr.clone();
    with_face.push_back(count);
  }
  if (with_face.empty())
    throw InputError(clip + ": no face in any of its " + std::to_string(count) + " frames; give a clip of a person");
  const auto source = open_frame_source(clip);
  std::optional<Frame> frame = source->next();
  for (std::size_t i = with_face[with_face.size() / 2]; i > 0 && frame; --i) {
    each_frame();
    frame = source->next();
  }
  if (!frame || frame->bgr.empty()) throw InputError(clip + ": changed while it was read");
  found.still = copy_of(*frame);
  return found;
}

}  // namespace

StillFrame choose_still_frame(const std::string& clip, std::optional<double> at, FaceTracker& tracker,
                              const std::function<void()>& each_frame) {
  if (clip.starts_with("camera:"))
    throw InputError(clip + ": expected a clip, which has an end; give a video file or an image folder");
  return at ? shown_at(clip, *at, tracker, each_frame) : middle(clip, tracker, each_frame);
}

}  // namespace vividface
