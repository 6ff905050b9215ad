#include "server/state_messages.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace vividface {
namespace {

constexpr std::chrono::milliseconds kControlsPeriod(100);
constexpr std::chrono::milliseconds kPerformancePeriod(250);

void describe(const ControlTable& table, nlohmann::ordered_json& message) {
  for (const ControlSpec& spec : table.specs()) {
    message["names"].push_back(spec.name);
    message["units"].push_back(spec.unit);
    message["ranges"].push_back({spec.shadowing.min, spec.shadowing.max});
  }
  message["neutral"] = table.neutral();
}

// To the microsecond: enough to look at, and short.
nlohmann::ordered_json rounded(const std::optional<double>& seconds) {
  constexpr double kMillion = 1e6;
  return seconds ? nlohmann::ordered_json(std::round(*seconds * kMillion) / kMillion) : nullptr;
}

nlohmann::ordered_json json_of(const Performance& performance) {
  nlohmann::ordered_json json = {{"shadowed_per_s", performance.shadowed_per_s},
                                 {"frame_age_s", rounded(performance.frame_age)}};
  for (const Stage stage : kStages) {
    const RecentStage& recent = performance.stages[static_cast<std::size_t>(stage)];
    json["stages"][name(stage)] = {{"now", rounded(recent.now)},
                                   {"p50", rounded(recent.p50)},
                                   {"p95", rounded(recent.p95)},
                                   {"p99", rounded(recent.p99)},
                                   {"max", rounded(recent.max)}};
  }
  for (const FrameFate fate : kFrameFates) {
    json["frames"][name(fate)] = performance.frames[static_cast<std::size_t>(fate)];
  }
  return json;
}

}  // namespace

StateMessages::StateMessages(std::function<std::string()> state, std::function<ControlVector()> controls,
                             std::function<Performance()> performance)
    : state_(std::move(state)), controls_(std::move(controls)), performance_(std::move(performance)) {}

std::optional<std::string> StateMessages::next(Clock::time_point now) {
  nlohmann::ordered_json message = {{"v", 1}};
  std::string state = state_();
  if (state != told_state_) message["state"] = state;
  if (!told_state_) describe(ControlTable::ameca(), message);
  told_state_ = std::move(state);
  if (!told_controls_ || now - controls_told_ >= kControlsPeriod) {
    const ControlVector controls = controls_();
    if (controls != told_controls_) {
      message["controls"] = controls;
      controls_told_ = now;
    }
    told_controls_ = controls;
  }
  if (performance_ && now - performance_told_ >= kPerformancePeriod) {
    nlohmann::ordered_json performance = json_of(performance_());
    if (std::string text = performance.dump(); text != told_performance_) {
      message["performance"] = std::move(performance);
      told_performance_ = std::move(text);
      performance_told_ = now;
    }
  }
  return message.size() > 1 ? std::optional(message.dump()) : std::nullopt;
}

}  // namespace vividface
