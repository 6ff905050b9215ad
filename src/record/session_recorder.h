#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "record/session_observer.h"
#include "record/session_writer.h"

namespace vividface {

/// Records a live session on a thread of its own. Who hands something over never waits: what does not fit into the
/// queue, because the disk is too slow, is dropped and counted. Four times a second the queue goes into the file in one
/// transaction. Any thread may call.
class SessionRecorder : public SessionObserver {
 public:
  static constexpr std::size_t kQueueBytes = 64 << 20;

  /// Makes the file. Throws InputError when it is there already or cannot be made.
  SessionRecorder(std::filesystem::path file, const SessionHeader& header, std::size_t queue_bytes = kQueueBytes);
  /// Writes what is in the queue. Without keep() the file is removed.
  ~SessionRecorder() override;
  SessionRecorder(const SessionRecorder&) = delete;
  SessionRecorder& operator=(const SessionRecorder&) = delete;

  /// From now on the file stays, however the session ends.
  void keep() { keep_ = true; }

  void arrived(const RecordedFrame& frame) noexcept override;
  void chose(const RecordedReference& reference) noexcept override;
  void gave(const RecordedResult& result) noexcept override;
  void changed(const RecordedPerson& person) noexcept override;
  void shaped(const RecordedProfile& profile) noexcept override;
  void stepped(double time, const std::optional<TimedControls>& wanted, SafetyState state,
               const ControlVector& sent) noexcept override;
  void acted(double time, SafetyAction action) noexcept override;

  /// Writes what is in the queue and ends the file. What comes later is forgotten.
  void finish();
  std::uint64_t recorded() const;  ///< frames that are in the file
  std::uint64_t dropped() const;   ///< frames and events that are not in the file
  std::string failure() const;     ///< why recording ended early, such as a full disk; empty: it did not

 private:
  struct Item {
    std::int64_t event;  // none for a frame and a reference
    std::variant<RecordedFrame, RecordedReference, RecordedResult, RecordedStep, RecordedAction, RecordedPerson,
                 RecordedProfile>
        what;
    std::size_t size;
  };
  using Batch = std::deque<Item>;

  template <typename What>
  void push(const What& what, std::size_t size) noexcept;
  void work();
  Batch take(bool& last);
  void write(const Batch& batch);

  const std::filesystem::path file_;
  const std::size_t queue_bytes_;
  SessionWriter writer_;  // the thread's
  bool keep_ = false;

  mutable std::mutex mutex_;
  std::condition_variable ending_changed_;
  Batch queue_;
  std::size_t bytes_ = 0;  // in the queue and in work
  std::int64_t next_event_ = 1;
  std::uint64_t recorded_ = 0, dropped_ = 0;
  std::string failure_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace vividface
