#include "record/session_writer.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>

#include "base/error.h"
#include "record/session_schema.h"

namespace vividface {
namespace {

constexpr int kPatience = 10'000;  // ms for another program that locks the file

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

// WAL: a commit is one append, and who reads the file meanwhile stops nobody. FULL: it is on the disk when the commit
// returns, so that a power cut takes no more than kill -9 does; NORMAL would wait for the disk only now and then.
SqliteDatabase made_database(const std::filesystem::path& file, const SessionHeader& header) {
  SqliteDatabase database(made(file), SQLITE_OPEN_READWRITE);
  sqlite3_busy_timeout(database.handle(), kPatience);
  database.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN");
  database.run("PRAGMA application_id=" + std::to_string(kSessionApplicationId));
  database.run("PRAGMA user_version=" + std::to_string(kSessionVersion));
  for (const SessionTable& table : kSessionTables) database.run(table.sql);
  SqliteStatement insert(database, "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)");
  insert.bind(1, header.program);
  insert.bind(2, header.engine);
  insert.bind(3, header.configuration);
  insert.bind(4, header.safety);
  insert.bind(5, header.started_unix);
  insert.bind(6, header.started_clock);
  insert.step();
  database.run("COMMIT");
  return database;
}

std::span<const std::uint8_t> bytes(const ControlVector& controls) {
  return {reinterpret_cast<const std::uint8_t*>(controls.data()), sizeof controls};
}

}  // namespace

SessionWriter::SessionWriter(const std::filesystem::path& file, const SessionHeader& header)
    : database_(made_database(file, header)),
      frame_(database_, "INSERT INTO frames VALUES (?, ?, ?, ?)"),
      reference_(database_, "INSERT INTO reference VALUES (?, ?)"),
      result_(database_, "INSERT INTO results VALUES (?, ?, ?, ?)"),
      step_(database_, "INSERT INTO steps VALUES (?, ?, ?, ?, ?)"),
      action_(database_, "INSERT INTO actions VALUES (?, ?, ?)") {}

void SessionWriter::add(const RecordedFrame& frame) {
  frame_.bind(1, frame.number);
  frame_.bind(2, frame.arrival);
  frame_.bind(3, frame.time);
  frame_.bind(4, std::span(*frame.jpeg));
  frame_.step();
}

void SessionWriter::add(const RecordedReference& reference) {
  const std::vector<std::uint8_t> cbor = reference.reference.to_cbor();
  reference_.bind(1, reference.frame);
  reference_.bind(2, std::span(cbor));
  reference_.step();
}

void SessionWriter::add(std::int64_t event, const RecordedResult& result) {
  result_.bind(1, event);
  result_.bind(2, result.frame);
  result_.bind(3, static_cast<std::int64_t>(result.status));
  result_.bind(4, bytes(result.controls));
  result_.step();
}

void SessionWriter::add(std::int64_t event, const RecordedStep& step) {
  step_.bind(1, event);
  step_.bind(2, step.time);
  step.captured ? step_.bind(3, *step.captured) : step_.bind_null(3);
  step_.bind(4, static_cast<std::int64_t>(step.state));
  step_.bind(5, bytes(step.sent));
  step_.step();
}

void SessionWriter::add(std::int64_t event, const RecordedAction& action) {
  action_.bind(1, event);
  action_.bind(2, action.time);
  action_.bind(3, static_cast<std::int64_t>(action.action));
  action_.step();
}

void SessionWriter::finish() {
  try {
    database_.run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE");
  } catch (const SqliteError&) {  // another program reads the file: all is there, in two files
  }
}

}  // namespace vividface
