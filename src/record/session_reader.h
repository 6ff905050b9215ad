#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "record/session.h"
#include "record/session_file.h"
#include "record/sqlite.h"

namespace vividface {

/// Reads a session file, also one whose recording was cut off, or goes on. It may come from anywhere: nothing is
/// believed before it was checked. One thread an object.
class SessionReader {
 public:
  struct Totals {
    std::size_t frames = 0;    ///< that came
    std::size_t results = 0;   ///< that were looked at
    std::size_t steps = 0;     ///< of the safety stage
    std::size_t missing = 0;   ///< events that were not recorded, for lack of room
    double longest_pause = 0;  ///< s from one step to the next
  };

  /// Opens the file and checks all of it but what the JPEGs show. Throws InputError of one line for what is no session,
  /// is of another version, cut off, damaged or made up.
  explicit SessionReader(const std::filesystem::path& file, SessionAccess access = SessionAccess::may_mend);

  const SessionHeader& header() const { return header_; }
  const Totals& totals() const { return totals_; }

  /// What happened next; nothing after the last event. Throws InputError when the file can no longer be read.
  std::optional<SessionEvent> next();
  /// A frame; nothing when it was not recorded, for lack of room.
  std::optional<RecordedFrame> frame(std::int64_t number);
  /// When each frame came, by their numbers: s of the monotonic clock.
  std::vector<std::pair<std::int64_t, double>> arrivals();
  /// The last reference that was chosen in the frames `first` to `last`, if one was.
  std::optional<RecordedReference> reference(std::int64_t first, std::int64_t last);

 private:
  void check_form();
  void read_header();
  void check_references();
  void check_frames();
  void check_events();

  const std::string name_;
  SqliteDatabase database_;
  std::optional<SqliteStatement> events_, frames_, references_;
  SessionHeader header_;
  Totals totals_;
};

}  // namespace vividface
