#include "record/session_recorder.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <type_traits>

#include "base/background_thread.h"

namespace vividface {
namespace {

constexpr auto kBatch = std::chrono::milliseconds(250);  // what a kill may cost, and the time of one commit
constexpr std::size_t kSmall = 256;                      // bytes: about what one event takes

template <typename What>
constexpr bool kIsEvent = !std::is_same_v<What, RecordedFrame> && !std::is_same_v<What, RecordedReference>;

}  // namespace

SessionRecorder::SessionRecorder(std::filesystem::path file, const SessionHeader& header, std::size_t queue_bytes)
    : file_(std::move(file)), queue_bytes_(queue_bytes), writer_(file_, header), thread_([this] { work(); }) {}

SessionRecorder::~SessionRecorder() {
  finish();
  if (!keep_) remove_session(file_);
}

template <typename What>
void SessionRecorder::push(const What& what, std::size_t size) noexcept {
  const std::lock_guard lock(mutex_);
  if (ending_) return;
  const std::int64_t event = kIsEvent<What> ? next_event_++ : 0;
  try {
    if (failure_.empty() && bytes_ + size <= queue_bytes_) {
      queue_.push_back({event, what, size});
      bytes_ += size;
      return;
    }
  } catch (...) {  // no memory: as if the queue were full
  }
  ++dropped_;
}

void SessionRecorder::arrived(const RecordedFrame& frame) noexcept { push(frame, frame.jpeg->size() + kSmall); }

void SessionRecorder::chose(const RecordedReference& reference) noexcept {
  push(reference, reference.reference.picture.total() * reference.reference.picture.elemSize() + kSmall);
}

void SessionRecorder::gave(const RecordedResult& result) noexcept { push(result, kSmall); }

void SessionRecorder::changed(const RecordedPerson& person) noexcept { push(person, kSmall); }

void SessionRecorder::shaped(const RecordedProfile& profile) noexcept { push(profile, sizeof(Profile)); }

void SessionRecorder::stepped(double time, const std::optional<TimedControls>& wanted, SafetyState state,
                              const ControlVector& sent) noexcept {
  push(RecordedStep{.time = time,
                    .captured = wanted ? std::optional(wanted->captured) : std::nullopt,
                    .state = state,
                    .sent = sent},
       kSmall);
}

void SessionRecorder::acted(double time, SafetyAction action) noexcept { push(RecordedAction{time, action}, kSmall); }

void SessionRecorder::finish() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ending_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::uint64_t SessionRecorder::recorded() const {
  const std::lock_guard lock(mutex_);
  return recorded_;
}

std::uint64_t SessionRecorder::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

std::string SessionRecorder::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void SessionRecorder::work() {
  become_background_thread();
  Batch batch;
  bool last = false, said = false;
  try {
    while (!last) {
      batch = take(last);
      write(batch);
      if (!said && dropped() > 0) spdlog::warn("recording: the disk is too slow, frames are missing");
      said = dropped() > 0;
    }
    writer_.finish();
  } catch (const std::exception& error) {
    spdlog::error("recording ends early: {}", error.what());
    const std::lock_guard lock(mutex_);
    failure_ = error.what();
    dropped_ += batch.size() + std::exchange(queue_, {}).size();
  }
}

// What came within a batch's time.
SessionRecorder::Batch SessionRecorder::take(bool& last) {
  std::unique_lock lock(mutex_);
  ending_changed_.wait_for(lock, kBatch, [&] { return ending_; });
  last = ending_;
  return std::exchange(queue_, {});
}

void SessionRecorder::write(const Batch& batch) {
  if (batch.empty()) return;
  std::size_t size = 0, frames = 0;
  writer_.begin();
  for (const Item& item : batch) {
    std::visit(
        [&](const auto& what) {
          if constexpr (kIsEvent<std::decay_t<decltype(what)>>) {
            writer_.add(item.event, what);
          } else {
            writer_.add(what);
          }
        },
        item.what);
    size += item.size;
    frames += std::holds_alternative<RecordedFrame>(item.what) ? 1 : 0;
  }
  writer_.commit();
  const std::lock_guard lock(mutex_);
  bytes_ -= size;
  recorded_ += frames;
}

}  // namespace vividface
