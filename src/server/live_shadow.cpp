#include "server/live_shadow.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

namespace vividface {

LiveShadow::LiveShadow(ShadowParts parts, const ControlTable& table, const SafetyLimits& limits, RobotLink& link,
                       PoseListener* listener)
    : shadow_(std::move(parts), table, no_robot_), output_(table, limits, link, listener), thread_([this] { run(); }) {}

LiveShadow::~LiveShadow() {
  slot_.close();
  if (thread_.joinable()) thread_.join();
}

void LiveShadow::give(std::vector<std::uint8_t> jpeg) {
  Arrived arrived{.jpeg = std::move(jpeg), .frame = {}};
  arrived.frame.arrival = Clock::now();
  arrived.frame.time = std::chrono::duration<double>(arrived.frame.arrival - start_).count();
  put(std::move(arrived));
}

void LiveShadow::give(Frame frame) { put({.jpeg = {}, .frame = std::move(frame)}); }

void LiveShadow::put(Arrived arrived) {
  output_.frame_arrived(arrived.frame.arrival);
  arrived.frame.index = arrived_++;
  slot_.put(std::move(arrived));
}

void LiveShadow::finish() {
  output_.finish();
  slot_.close();
  if (thread_.joinable()) thread_.join();
}

void LiveShadow::run() {
  while (std::optional<Arrived> arrived = slot_.take()) {
    decode(*arrived);
    shadow(arrived->frame);
  }
}

// What cannot be decoded stays an empty picture: a bad frame.
void LiveShadow::decode(Arrived& arrived) {
  if (arrived.jpeg.empty()) return;
  try {
    if (!decoder_.decode(arrived.jpeg, arrived.frame.bgr)) arrived.frame.bgr.release();
  } catch (const std::exception& error) {  // such as no memory
    spdlog::warn("frame {}: {}", arrived.frame.index, error.what());
    arrived.frame.bgr.release();
  }
}

void LiveShadow::shadow(const Frame& frame) {
  const ShadowedFrame& shadowed = shadow_.step(frame);
  const bool is_followed = shadowed.status == ShadowStatus::shadowing;
  output_.give(is_followed ? std::optional(shadowed.controls) : std::nullopt, frame.arrival,
               shadowed.face ? std::optional(shadowed.face->presence) : std::nullopt);

  if (is_followed) {
    StageTimes times = shadowed.times;
    times.sent = Clock::now();
    latency_.add(times);
  }
  if (!shadowed.message.empty() && shadowed.message != last_message_) {
    spdlog::warn("frame {}: {} ({})", frame.index, name(shadowed.status), shadowed.message);
  }
  last_message_ = shadowed.message;
}

}  // namespace vividface
