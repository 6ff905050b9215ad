#include "server/live_shadow.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "server/face_view.h"

namespace vividface {
namespace {

/// 0…1 of the picture.
cv::Point2f middle_of(const FaceObservation& face, cv::Size picture) {
  const cv::Rect2f box = extent(face);
  const auto part = [](float at, int whole) { return std::clamp(at / static_cast<float>(whole), 0.f, 1.f); };
  return {part(box.x + box.width / 2, picture.width), part(box.y + box.height / 2, picture.height)};
}

constexpr std::chrono::seconds kSeenFor(1);

double seconds(std::chrono::duration<double> duration) { return duration.count(); }

}  // namespace

LiveShadow::LiveShadow(ShadowParts parts, const ControlTable& table, const SafetyLimits& limits, RobotLink& link,
                       PoseListener* listener, SessionObserver* recorder, bool starts_stopped)
    : table_(table),
      recorder_(recorder),
      shadow_(std::make_unique<Shadow>(std::move(parts), table, no_robot_)),
      output_(table, limits, link, listener, recorder, starts_stopped),
      thread_([this] { run(); }) {}

LiveShadow::~LiveShadow() {
  slot_.close();
  if (thread_.joinable()) thread_.join();
}

void LiveShadow::give(std::vector<std::uint8_t> jpeg, Clock::time_point arrival, FrameReport report) {
  Arrived arrived{.jpeg = std::make_shared<const std::vector<std::uint8_t>>(std::move(jpeg)),
                  .frame = {},
                  .ticket = FrameTicket(std::move(report))};
  arrived.frame.arrival = arrival;
  arrived.frame.time = seconds(arrival - start_);
  put(std::move(arrived));
}

void LiveShadow::give(Frame frame) { put({.jpeg = nullptr, .frame = std::move(frame), .ticket = {}}); }

void LiveShadow::put(Arrived arrived) {
  output_.frame_arrived(arrived.frame.arrival);
  arrived.frame.index = arrived_++;
  if (recorder_ && arrived.jpeg) {
    recorder_->arrived({.number = static_cast<std::int64_t>(arrived.frame.index),
                        .arrival = seconds(arrived.frame.arrival.time_since_epoch()),
                        .time = arrived.frame.time,
                        .jpeg = arrived.jpeg});
  }
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
    change_engine();
    change_person(arrived->frame.index);
    change_reference();
    change_profile(arrived->frame.index);
    shadow(arrived->frame, arrived->ticket);
  }
}

// What cannot be decoded stays an empty picture: a bad frame.
void LiveShadow::decode(Arrived& arrived) {
  if (!arrived.jpeg) return;
  try {
    if (!decoder_.decode(*arrived.jpeg, arrived.frame.bgr)) arrived.frame.bgr.release();
  } catch (const std::exception& error) {  // such as no memory
    spdlog::warn("frame {}: {}", arrived.frame.index, error.what());
    arrived.frame.bgr.release();
  }
}

void LiveShadow::choose_person(std::optional<cv::Point2f> point) {
  const std::lock_guard lock(mutex_);
  wish_ = {point};
}

void LiveShadow::use_engine(ShadowParts parts) {
  auto next = std::make_unique<Shadow>(std::move(parts), table_, no_robot_);
  const std::lock_guard lock(mutex_);
  next_shadow_.swap(next);  // one that was never shown a frame ends after the lock
}

void LiveShadow::shape(SharedProfile profile) {
  const std::lock_guard lock(mutex_);
  wanted_profile_ = std::move(profile);
}

SeenFrame LiveShadow::seen() const {
  const std::lock_guard lock(mutex_);
  return Clock::now() - seen_at_ < kSeenFor ? seen_ : SeenFrame();
}

// To its tracker the person is another one.
void LiveShadow::change_engine() {
  std::unique_lock lock(mutex_);
  if (!next_shadow_) return;
  const std::unique_ptr<Shadow> before = std::exchange(shadow_, std::move(next_shadow_));
  if (!wish_) wish_ = Wish{.point = chosen_, .why = "another engine was chosen"};
  lock.unlock();
  latency_ = {};
}

void LiveShadow::change_person(std::size_t frame) {
  std::unique_lock lock(mutex_);
  const std::optional<Wish> wish = std::exchange(wish_, std::nullopt);
  if (wish) chosen_ = wish->point;
  lock.unlock();
  if (!wish) return;
  if (recorder_) recorder_->changed({static_cast<std::int64_t>(frame), wish->point});
  reference_noted_ = false;
  calibration_.forget(wish->why);
  shadow_->choose_person(wish->point);
  output_.hand_over();
}

void LiveShadow::change_reference() {
  std::optional<Reference> reference = calibration_.next();
  if (!reference) return;
  reference_noted_ = false;
  shadow_->use_reference(*std::move(reference));
  if (!shadow_->reference())
    calibration_.forget("it could not be used: another person was chosen, or the engine cannot");
  output_.hand_over();
}

void LiveShadow::change_profile(std::size_t frame) {
  std::unique_lock lock(mutex_);
  if (wanted_profile_ == profile_) return;
  const SharedProfile before = std::exchange(profile_, wanted_profile_);
  lock.unlock();
  if (recorder_ && before->settings() != profile_->settings()) {
    recorder_->shaped({static_cast<std::int64_t>(frame), profile_});
  }
}

void LiveShadow::show(const Frame& frame, const ShadowedFrame& shadowed) {
  SeenFrame seen{.picture = frame.bgr, .followed = shadowed.face};
  const std::lock_guard lock(mutex_);
  if (chosen_ && !wish_ && seen.followed) chosen_ = middle_of(*seen.followed, seen.picture.size());  // they walk on
  seen_ = std::move(seen);
  seen_at_ = frame.arrival;
}

void LiveShadow::shadow(const Frame& frame, FrameTicket& ticket) {
  const ShadowedFrame& shadowed = shadow_->step(frame);
  counts_.add(shadowed.status, /*send_failed=*/false);
  const bool is_followed = shadowed.status == ShadowStatus::shadowing;
  note_reference(shadowed.index);
  if (recorder_) {  // before the safety stage is given it, so that its step comes after it
    recorder_->gave({static_cast<std::int64_t>(shadowed.index), shadowed.status, shadowed.controls});
  }
  output_.give(is_followed ? std::optional(profile_->apply(shadowed.controls)) : std::nullopt, frame.arrival,
               shadowed.face ? std::optional(shadowed.face->presence) : std::nullopt);

  if (is_followed) {
    StageTimes times = shadowed.times;
    // Nothing is sent before the first release.
    times.generated = std::max(times.generated, output_.safe_at());
    times.sent = std::max(times.generated, output_.sent_at());
    latency_.add(times);
    metrics_.add(times);
  }
  calibration_.look(frame, shadowed.face);
  show(frame, shadowed);  // the robot does not wait for those who look
  auto [fate, reason] = fate_of(shadowed);
  metrics_.count(fate);
  ticket.tell(fate, std::move(reason));
  if (!shadowed.message.empty() && shadowed.message != last_message_) {
    spdlog::warn("frame {}: {} ({})", frame.index, name(shadowed.status), shadowed.message);
  }
  last_message_ = shadowed.message;
}

void LiveShadow::note_reference(std::size_t frame) {
  if (!shadow_->reference() || std::exchange(reference_noted_, true)) return;
  calibration_.chosen(*shadow_->reference());
  if (recorder_) recorder_->chose({static_cast<std::int64_t>(frame), *shadow_->reference()});
}

std::pair<FrameFate, std::string> LiveShadow::fate_of(const ShadowedFrame& shadowed) const {
  switch (shadowed.status) {
    case ShadowStatus::shadowing:
      if (output_.state() == SafetyState::shadowing) return {FrameFate::shadowed, ""};
      return {FrameFate::taken, std::string(state())};
    case ShadowStatus::calibrating:
      return {FrameFate::taken, "calibrating: " + shadowed.message};
    case ShadowStatus::no_face:
      return {FrameFate::no_face, shadowed.message};
    case ShadowStatus::bad_frame:
      break;
  }
  return {FrameFate::refused, shadowed.message.empty() ? "cannot be decoded" : shadowed.message};
}

}  // namespace vividface
