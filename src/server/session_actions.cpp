#include "server/session_actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

namespace vividface {
namespace {

using Sessions = std::vector<LiveSession>;

// session="anna" and a comma, to stand before another label.
std::string label_of(const LiveSession& session) {
  return session.name.empty() ? "" : fmt::format("session=\"{}\",", session.name);
}

// A family's samples stand together, whichever session they are of.
std::string metrics_of(const Sessions& sessions) {
  MetricsText out;
  LiveMetrics::frames_family(out);
  for (const LiveSession& it : sessions) it.live.metrics().write_frames(out, it.live.dropped(), label_of(it));
  LiveMetrics::stages_family(out);
  for (const LiveSession& it : sessions) it.live.metrics().write_stages(out, label_of(it));
  out.family("vividface_state", "gauge", "1 for the state that the service is in.");
  for (const LiveSession& it : sessions) {
    const std::string_view now = it.live.state();
    for (const std::string_view state : SafeOutput::kWords) {
      out.sample(now == state ? 1 : 0, fmt::format("{}state=\"{}\"", label_of(it), state));
    }
  }
  const auto count = [&](std::string_view name, std::string_view help, auto value) {
    out.family(name, "counter", help);
    for (const LiveSession& it : sessions) {
      const std::string label = label_of(it);
      out.sample(static_cast<double>(value(it.live)), label.substr(0, label.size() - (label.empty() ? 0 : 1)));
    }
  };
  count("vividface_poses_sent_total", "Poses that were handed to the link.",
        [](const LiveShadow& live) { return live.sent(); });
  count("vividface_send_failures_total", "Poses that the link refused.",
        [](const LiveShadow& live) { return live.send_failures(); });
  return out.text();
}

std::string list_of(const Sessions& sessions) {
  nlohmann::ordered_json list = {{"v", 1}, {"sessions", nlohmann::ordered_json::array()}};
  for (const LiveSession& it : sessions) list["sessions"].push_back({{"name", it.name}, {"state", it.live.state()}});
  return list.dump();
}

}  // namespace

HttpActions session_actions(std::vector<LiveSession> sessions) {
  const auto all = std::make_shared<const Sessions>(std::move(sessions));
  HttpActions actions;
  if (all->size() == 1 && all->front().name.empty()) actions = all->front().actions;
  actions.metrics = [all] { return metrics_of(*all); };
  if (actions.frame) return actions;
  actions.session = [all](std::string_view name) -> const HttpActions* {
    const auto it = std::ranges::find(*all, name, &LiveSession::name);
    return it == all->end() ? nullptr : &it->actions;
  };
  actions.sessions = [all] { return list_of(*all); };
  actions.stop = [all] {
    for (const LiveSession& it : *all) it.actions.stop();
  };
  actions.release = [all] {
    for (const LiveSession& it : *all) it.actions.release();
  };
  actions.pause = [all] {
    for (const LiveSession& it : *all) it.actions.pause();
  };
  actions.start = [all] {
    for (const LiveSession& it : *all) it.actions.start();
  };
  return actions;
}

}  // namespace vividface
