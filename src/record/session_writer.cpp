#include "record/session_writer.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <span>

#include "base/error.h"
#include "record/session_schema.h"
#include "robot/profile_file.h"

namespace vividface {
namespace {

constexpr int kWriterPatience = 10'000;  // ms for another program that locks the file

// Not by SQLite, which would take a file that is there, and let everybody read it.
std::string made(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw InputError("recording \"" + file.string() + "\" cannot be made: " + std::strerror(errno) +
                     "; give a new name in a folder that can be written");
  }
  close(descriptor);
  return std::filesystem::absolute(file).string();
}

std::span<const std::uint8_t> bytes(const ControlVector& controls) {
  return {reinterpret_cast<const std::uint8_t*>(controls.data()), sizeof controls};
}

template <typename Value>
void bind(SqliteStatement& row, int parameter, const std::optional<Value>& value) {
  value ? row.bind(parameter, *value) : row.bind_null(parameter);
}
void bind(SqliteStatement& row, int parameter, const auto& value) { row.bind(parameter, value); }

template <typename... Values>
void insert(SqliteStatement& row, const Values&... values) {
  int parameter = 0;
  (bind(row, ++parameter, values), ...);
  row.step();
}

// WAL: a commit is one append, and who reads the file meanwhile stops nobody. FULL: it is on the disk when the commit
// returns, so that a power cut takes no more than kill -9 does; NORMAL would wait for the disk only now and then.
void set_up(SqliteDatabase& database, const SessionHeader& header) {
  sqlite3_busy_timeout(database.handle(), kWriterPatience);
  SqliteStatement wal(database, "PRAGMA journal_mode=WAL");
  if (!wal.step() || wal.text(0) != "wal") throw SqliteError("the file system has no shared memory for SQLite's log");
  wal.reset();
  database.run("PRAGMA synchronous=FULL; BEGIN");
  database.run("PRAGMA application_id=" + std::to_string(kSessionApplicationId));
  database.run("PRAGMA user_version=" + std::to_string(kSessionVersion));
  for (const SessionTable& table : kSessionTables) database.run(table.sql);
  SqliteStatement row(database, "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)");
  insert(row, header.program, header.engine, header.configuration, header.safety, header.started_unix,
         header.started_clock);
  database.run("COMMIT");
}

SqliteDatabase made_database(const std::filesystem::path& file, const SessionHeader& header) {
  const std::string name = made(file);
  try {
    SqliteDatabase database(name, SQLITE_OPEN_READWRITE);
    set_up(database, header);
    return database;
  } catch (const SqliteError& error) {
    remove_session(name);
    throw InputError("recording \"" + file.string() + "\" cannot be made: " + error.what() +
                     "; give a name on a local disk with room");
  }
}

}  // namespace

void remove_session(const std::filesystem::path& file) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix, ignored);
}

SessionWriter::SessionWriter(const std::filesystem::path& file, const SessionHeader& header)
    : database_(made_database(file, header)),
      frame_(database_, "INSERT INTO frames VALUES (?, ?, ?, ?)"),
      reference_(database_, "INSERT INTO reference VALUES (?, ?)"),
      result_(database_, "INSERT INTO results VALUES (?, ?, ?, ?)"),
      step_(database_, "INSERT INTO steps VALUES (?, ?, ?, ?, ?)"),
      action_(database_, "INSERT INTO actions VALUES (?, ?, ?)"),
      person_(database_, "INSERT INTO persons VALUES (?, ?, ?, ?)"),
      profile_(database_, "INSERT INTO profiles VALUES (?, ?, ?)") {}

void SessionWriter::add(const RecordedFrame& frame) {
  insert(frame_, frame.number, frame.arrival, frame.time, std::span(*frame.jpeg));
}

void SessionWriter::add(const RecordedReference& reference) {
  const std::vector<std::uint8_t> cbor = reference.reference.to_cbor();
  insert(reference_, reference.frame, std::span(cbor));
}

void SessionWriter::add(std::int64_t event, const RecordedResult& result) {
  insert(result_, event, result.frame, static_cast<std::int64_t>(result.status), bytes(result.controls));
}

void SessionWriter::add(std::int64_t event, const RecordedStep& step) {
  insert(step_, event, step.time, step.captured, static_cast<std::int64_t>(step.state), bytes(step.sent));
}

void SessionWriter::add(std::int64_t event, const RecordedAction& action) {
  insert(action_, event, action.time, static_cast<std::int64_t>(action.action));
}

void SessionWriter::add(std::int64_t event, const RecordedPerson& person) {
  person_.bind(1, event);
  person_.bind(2, person.frame);
  person.point ? person_.bind(3, static_cast<double>(person.point->x)) : person_.bind_null(3);
  person.point ? person_.bind(4, static_cast<double>(person.point->y)) : person_.bind_null(4);
  person_.step();
}

void SessionWriter::add(std::int64_t event, const RecordedProfile& profile) {
  insert(profile_, event, profile.frame, to_toml(profile.profile->settings()));
}

void SessionWriter::finish() {
  try {
    database_.run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE");
  } catch (const SqliteError&) {  // another program reads the file: all is there, in two files
  }
}

}  // namespace vividface
