#include "server/live_actions.h"

#include <spdlog/spdlog.h>

#include <string>
#include <utility>
#include <vector>

#include "server/face_view.h"
#include "server/faces_message.h"

namespace vividface {

using boost::beast::http::status;

HttpActions live_actions(LiveShadow& live, const LiveActionsOptions& options) {
  HttpActions actions;
  actions.frame = [&live, options](IncomingFrame frame) -> std::optional<Refusal> {
    if (!options.takes_frames) return Refusal{status::conflict, "the frames come from another source"};
    if (auto refused = picture_refusal(frame.jpeg, options.max_pixels)) {
      live.metrics().count(FrameFate::refused);
      return refused;
    }
    live.give(std::move(frame.jpeg), Clock::now(), std::move(frame.report));
    return std::nullopt;
  };
  actions.state = [&live] { return std::string(live.state()); };
  actions.controls = [&live] { return live.controls(); };
  actions.person = [&live](std::optional<cv::Point2f> point) { live.choose_person(point); };
  actions.faces = [&live, find = options.find_faces] {
    const SeenFrame seen = live.seen();
    std::vector<cv::Rect2f> faces;
    if (find && !seen.picture.empty()) faces = find(seen.picture);
    if (!seen.followed) return faces_message(seen.picture.size(), std::move(faces), std::nullopt);
    return faces_message(seen.picture.size(), std::move(faces), extent(*seen.followed),
                         turned_from_camera(*seen.followed));
  };
  actions.performance = [&live] { return live.metrics().performance(live.dropped()); };
  const std::string of = options.session.empty() ? "" : options.session + ": ";
  actions.stop = [&live, of] {
    live.stop();
    spdlog::warn("{}emergency stop: the pose is frozen until it is released", of);
  };
  actions.release = [&live, of] {
    live.release();
    spdlog::warn("{}released", of);
  };
  actions.pause = [&live, of] {
    live.pause();
    spdlog::info("{}paused", of);
  };
  actions.start = [&live, of] {
    live.start();
    spdlog::info("{}started", of);
  };
  return actions;
}

}  // namespace vividface
