#include "record/timeline.h"

#include <algorithm>

#include "base/error.h"

namespace vividface {

Timeline Timeline::read(SessionReader& session) {
  Timeline timeline;
  const InputError too_long("the recording is too long to be shown here; 'vividface replay' makes a video of it");
  if (session.totals().steps > kMost || session.totals().frames > kMost) throw too_long;
  timeline.poses.reserve(session.totals().steps);
  while (const std::optional<SessionEvent> event = session.next()) {
    const auto* const step = std::get_if<RecordedStep>(&*event);
    if (step != nullptr) timeline.poses.push_back({step->time, step->state, step->sent});
  }
  for (const auto& [number, arrival] : session.arrivals()) timeline.frames.push_back({number, arrival});
  std::ranges::stable_sort(timeline.frames, {}, &FrameAt::time);  // a foreign file may have them in any order

  double first = timeline.poses.empty() ? 0 : timeline.poses.front().time;
  if (!timeline.frames.empty()) {
    first = timeline.poses.empty() ? timeline.frames.front().time : std::min(first, timeline.frames.front().time);
  }
  for (FrameAt& frame : timeline.frames) frame.time -= first;
  for (Pose& pose : timeline.poses) pose.time -= first;
  if (!timeline.frames.empty()) timeline.duration = timeline.frames.back().time;
  if (!timeline.poses.empty()) timeline.duration = std::max(timeline.duration, timeline.poses.back().time);
  if (!(timeline.duration <= kLongest)) throw too_long;  // of a made-up file it may be infinite
  return timeline;
}

}  // namespace vividface
