#include "server/state_messages.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace vividface {
namespace {

constexpr std::chrono::milliseconds kControlsPeriod(100);

}  // namespace

StateMessages::StateMessages(std::function<std::string()> state, std::function<ControlVector()> controls)
    : state_(std::move(state)), controls_(std::move(controls)) {}

std::optional<std::string> StateMessages::next(Clock::time_point now) {
  nlohmann::ordered_json message = {{"v", 1}};
  std::string state = state_();
  if (state != told_state_) message["state"] = state;
  if (!told_state_) {
    for (const ControlSpec& spec : ControlTable::ameca().specs()) message["names"].push_back(spec.name);
  }
  told_state_ = std::move(state);
  if (!told_controls_ || now - controls_told_ >= kControlsPeriod) {
    const ControlVector controls = controls_();
    if (controls != told_controls_) {
      message["controls"] = controls;
      controls_told_ = now;
    }
    told_controls_ = controls;
  }
  return message.size() > 1 ? std::optional(message.dump()) : std::nullopt;
}

}  // namespace vividface
