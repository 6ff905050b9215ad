#pragma once

#include <filesystem>

#include "record/session.h"
#include "record/sqlite.h"

namespace vividface {

/// Writes a session file. What was committed is safe, whatever happens to the process or the power. One thread an
/// object; every call may throw SqliteError.
class SessionWriter {
 public:
  /// Makes the file, for its owner alone. Throws InputError when it is there already or cannot be made; then none is
  /// left behind.
  SessionWriter(const std::filesystem::path& file, const SessionHeader& header);

  void begin() { database_.run("BEGIN IMMEDIATE"); }
  void commit() { database_.run("COMMIT"); }

  // Between the two:
  void add(const RecordedFrame& frame);
  void add(const RecordedReference& reference);
  void add(std::int64_t event, const RecordedResult& result);
  void add(std::int64_t event, const RecordedStep& step);
  void add(std::int64_t event, const RecordedAction& action);
  void add(std::int64_t event, const RecordedPerson& person);
  void add(std::int64_t event, const RecordedProfile& profile);

  /// Puts everything into the one file, which can then be read where nothing can be written. The last call.
  void finish();

 private:
  SqliteDatabase database_;
  SqliteStatement frame_, reference_, result_, step_, action_, person_, profile_;
};

/// Removes a session's file and what SQLite has beside it.
void remove_session(const std::filesystem::path& file);

}  // namespace vividface
