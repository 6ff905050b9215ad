#include "record/session_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "record/session_schema.h"
#include "robot/profile_file.h"

namespace vividface {
namespace {

constexpr const char* kEvents = R"(
  SELECT event, 0 AS kind, frame AS what, status, NULL AS time, NULL AS captured, controls FROM results
  UNION ALL SELECT event, 1, state, NULL, time, captured, sent FROM steps
  UNION ALL SELECT event, 2, action, NULL, time, NULL, NULL FROM actions
  UNION ALL SELECT event, 3, frame, NULL, x, y, NULL FROM persons)";
constexpr const char* kProfiles = " UNION ALL SELECT event, 4, frame, NULL, NULL, NULL, profile FROM profiles";
constexpr int kEvent = 0, kKind = 1, kWhat = 2, kStatus = 3, kTime = 4, kCaptured = 5, kControls = 6;  // its columns
constexpr int kX = kTime, kY = kCaptured, kProfile = kControls;

double finite(double value) {
  if (!std::isfinite(value)) throw SqliteError("it has a time that is not finite");
  return value;
}

ControlVector controls_of(std::span<const std::uint8_t> blob) {
  ControlVector controls;
  if (blob.size() != sizeof controls) throw SqliteError("it has controls that are not 30 values");
  std::memcpy(controls.data(), blob.data(), sizeof controls);
  for (const float value : controls) {
    if (!std::isfinite(value)) throw SqliteError("it has a control value that is not finite");
  }
  return controls;
}

template <typename Enum>
Enum enumerator(std::int64_t value, Enum last) {
  if (value < 0 || value > static_cast<std::int64_t>(last)) throw SqliteError("it has an unknown state or action");
  return static_cast<Enum>(value);
}

std::int64_t frame_number(std::int64_t value) {
  if (value < 0) throw SqliteError("it has a frame with a negative number");
  return value;
}

float part(double value) {
  if (!(value >= 0 && value <= 1)) throw SqliteError("it has a person who is not in the picture");
  return static_cast<float>(value);
}

RecordedPerson person_of(const SqliteStatement& row) {
  RecordedPerson person{.frame = frame_number(row.integer(kWhat)), .point = {}};
  if (!row.is_null(kX) || !row.is_null(kY)) person.point = {part(row.real(kX)), part(row.real(kY))};
  return person;
}

SharedProfile profile_of(const SqliteStatement& row) {
  try {
    return std::make_shared<const Profile>(profile_of_toml(row.text(kProfile), "of a frame"));
  } catch (const InputError& error) {
    throw SqliteError(error.what());
  }
}

// Files of old versions have no profiles.
std::string events(const SqliteDatabase& database) {
  SqliteStatement row(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'profiles'");
  const bool has_profiles = row.step() && row.integer(0) == 1;
  return std::string(kEvents) + (has_profiles ? kProfiles : "") + " ORDER BY event";
}

SessionEvent event_of(const SqliteStatement& row) {
  const std::int64_t what = row.integer(kWhat);
  switch (row.integer(kKind)) {
    case 0:
      return RecordedResult{.frame = frame_number(what),
                            .status = enumerator(row.integer(kStatus), ShadowStatus::bad_frame),
                            .controls = controls_of(row.blob(kControls))};
    case 1:
      return RecordedStep{
          .time = finite(row.real(kTime)),
          .captured = row.is_null(kCaptured) ? std::nullopt : std::optional(finite(row.real(kCaptured))),
          .state = enumerator(what, SafetyState::stopped),
          .sent = controls_of(row.blob(kControls))};
    case 2:
      return RecordedAction{.time = finite(row.real(kTime)), .action = enumerator(what, SafetyAction::hand_over)};
    case 3:
      return person_of(row);
    default:
      return RecordedProfile{.frame = frame_number(what), .profile = profile_of(row)};
  }
}

std::optional<double> time_of(const SessionEvent& event) {
  if (const auto* step = std::get_if<RecordedStep>(&event)) return step->time;
  if (const auto* action = std::get_if<RecordedAction>(&event)) return action->time;
  return std::nullopt;
}

// What SQLite or a check complains of, as one line that names the file.
template <typename Work>
auto checked(const std::string& name, Work work) {
  try {
    return work();
  } catch (const SqliteError& error) {
    throw InputError("session \"" + name + "\" is damaged: " + error.what());
  }
}

}  // namespace

SessionReader::SessionReader(const std::filesystem::path& file, SessionAccess access)
    : name_(file.string()), database_(open_session(file, access)) {
  checked(name_, [&] {
    read_header();
    check_references();
    check_frames();
    check_events();
  });
}

std::optional<SessionEvent> SessionReader::next() {
  return checked(name_, [&]() -> std::optional<SessionEvent> {
    if (!events_) events_.emplace(database_, events(database_));
    if (!events_->step()) return std::nullopt;
    return event_of(*events_);
  });
}

std::optional<RecordedFrame> SessionReader::frame(std::int64_t number) {
  return checked(name_, [&]() -> std::optional<RecordedFrame> {
    if (!frames_) frames_.emplace(database_, "SELECT arrival, time, jpeg FROM frames WHERE number = ?");
    frames_->reset();
    frames_->bind(1, number);
    if (!frames_->step()) return std::nullopt;
    const auto jpeg = frames_->blob(2);
    return RecordedFrame{.number = number,
                         .arrival = finite(frames_->real(0)),
                         .time = finite(frames_->real(1)),
                         .jpeg = std::make_shared<const std::vector<std::uint8_t>>(jpeg.begin(), jpeg.end())};
  });
}

std::vector<std::pair<std::int64_t, double>> SessionReader::arrivals() {
  return checked(name_, [&] {
    std::vector<std::pair<std::int64_t, double>> all;
    all.reserve(totals_.frames);
    SqliteStatement row(database_, "SELECT number, arrival FROM frames ORDER BY number");
    while (row.step()) all.emplace_back(frame_number(row.integer(0)), finite(row.real(1)));
    return all;
  });
}

std::optional<RecordedReference> SessionReader::reference(std::int64_t first, std::int64_t last) {
  return checked(name_, [&]() -> std::optional<RecordedReference> {
    if (!references_) {
      references_.emplace(database_,
                          "SELECT frame, cbor FROM reference WHERE frame BETWEEN ? AND ? ORDER BY frame DESC LIMIT 1");
    }
    references_->reset();
    references_->bind(1, first);
    references_->bind(2, last);
    if (!references_->step()) return std::nullopt;
    return RecordedReference{.frame = references_->integer(0),
                             .reference = Reference::parse(references_->blob(1), name_)};
  });
}

void SessionReader::read_header() {
  SqliteStatement row(database_, "SELECT * FROM session");
  if (!row.step()) throw SqliteError("it does not say what was in force");
  header_ = {.program = row.text(0),
             .engine = row.text(1),
             .configuration = row.text(2),
             .safety = row.text(3),
             .started_unix = finite(row.real(4)),
             .started_clock = finite(row.real(5))};
  if (row.step()) throw SqliteError("it says twice what was in force");
}

void SessionReader::check_references() {
  SqliteStatement row(database_, "SELECT frame, cbor FROM reference");
  while (row.step()) {
    frame_number(row.integer(0));
    Reference::parse(row.blob(1), name_);
  }
}

void SessionReader::check_frames() {
  SqliteStatement row(database_, "SELECT number, arrival, time, length(jpeg) FROM frames");
  for (; row.step(); ++totals_.frames) {
    frame_number(row.integer(0));
    finite(row.real(1));
    finite(row.real(2));
    if (row.integer(3) > kLargestJpeg) throw SqliteError("it has a frame of more than 256 MiB");
  }
}

void SessionReader::check_events() {
  SqliteStatement row(database_, events(database_));
  std::int64_t last = 0;
  std::optional<double> time, step_time;  // of the last event that has one, and of the last step
  while (row.step()) {
    const std::int64_t event = row.integer(kEvent);
    if (event <= last) throw SqliteError("its events are not counted as they should be");
    totals_.missing += static_cast<std::size_t>(event - last - 1);
    last = event;
    const SessionEvent what = event_of(row);
    if (const std::optional<double> now = time_of(what)) {
      if (now < time) throw SqliteError("its time goes back");  // no time yet is before any
      time = now;
    }
    if (std::holds_alternative<RecordedStep>(what)) {
      totals_.longest_pause = std::max(totals_.longest_pause, *time - step_time.value_or(*time));
      step_time = time;
    }
    totals_.results += std::holds_alternative<RecordedResult>(what) ? 1 : 0;
    totals_.steps += std::holds_alternative<RecordedStep>(what) ? 1 : 0;
  }
}

}  // namespace vividface
