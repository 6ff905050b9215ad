#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "record/session_observer.h"
#include "record/session_recorder.h"

namespace vividface {

/// Lets a recording begin and end while a session runs. Any thread may call.
class RecordingSwitch : public SessionObserver {
 public:
  /// `always`: a recorder from the start, which must outlive it; null: there is none.
  explicit RecordingSwitch(SessionRecorder* always = nullptr) : always_(always) {}

  /// From now on `recorder` is told what happens, with the person and the neutral face that are followed,
  /// and the profile.
  void begin(std::shared_ptr<SessionRecorder> recorder);
  /// What begin() was given, which is told no more; null: nothing.
  std::shared_ptr<SessionRecorder> end();
  bool is_on() const;  ///< whether anything is recorded

  void arrived(const RecordedFrame& frame) noexcept override;
  void chose(const RecordedReference& reference) noexcept override;
  void gave(const RecordedResult& result) noexcept override;
  void changed(const RecordedPerson& person) noexcept override;
  void shaped(const RecordedProfile& profile) noexcept override;
  void stepped(double time, const std::optional<TimedControls>& wanted, SafetyState state,
               const ControlVector& sent) noexcept override;
  void acted(double time, SafetyAction action) noexcept override;

 private:
  template <typename Tell>
  void tell(Tell tell) noexcept;

  SessionRecorder* const always_;
  mutable std::mutex mutex_;
  std::shared_ptr<SessionRecorder> recorder_;
  bool is_new_ = false;  // nothing that it was given so far says whom the session follows
  std::optional<RecordedPerson> person_;
  std::optional<RecordedReference> reference_;
  std::optional<RecordedProfile> profile_;
};

}  // namespace vividface
