#pragma once

#include "links/safety_observer.h"
#include "record/session.h"

namespace vividface {

/// Is told all that happens in a live session. Called by any thread; may not wait.
class SessionObserver : public SafetyObserver {
 public:
  virtual void arrived(const RecordedFrame& frame) noexcept = 0;
  virtual void chose(const RecordedReference& reference) noexcept = 0;
  virtual void gave(const RecordedResult& result) noexcept = 0;
  virtual void changed(const RecordedPerson& person) noexcept = 0;
  virtual void shaped(const RecordedProfile& profile) noexcept = 0;
};

}  // namespace vividface
