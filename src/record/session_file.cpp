#include "record/session_file.h"

#include <sqlite3.h>

#include <array>
#include <fstream>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/session_schema.h"

namespace vividface {
namespace {

constexpr int kPatience = 10'000;               // ms for the recorder, or another program, that locks the file
constexpr int kStride = 1000, kStrides = 1000;  // instructions of SQLite: the tables' list takes some hundred

InputError refused(const std::filesystem::path& file, const std::string& why) {
  return InputError("session \"" + file.string() + "\" " + why);
}

// "SQLite format 3", 0, page size, version that is needed for writing: 2 says WAL
// (https://sqlite.org/fileformat2.html).
bool needs_log(const std::filesystem::path& file) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  constexpr std::size_t kWriteVersion = 18;
  std::array<char, 100> header{};
  std::ifstream in(file, std::ios::binary);
  if (!std::filesystem::is_regular_file(file) || !in) throw refused(file, "cannot be read: no such file");
  in.read(header.data(), header.size());
  if (!in || !std::string_view(header.data(), header.size()).starts_with(kMagic)) {
    throw refused(file, "is none; give a file of 'vividface serve --record'");
  }
  return header[kWriteVersion] == 2;
}

std::string uri(const std::filesystem::path& file) {
  std::string text = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '#') {
      constexpr std::string_view kHex = "0123456789abcdef";
      text += {'%', kHex[static_cast<unsigned char>(c) >> 4], kHex[c & 15]};
    } else {
      text += c;
    }
  }
  return text;
}

// A rollback journal is never left by a recording, and one that somebody else put there could name any file to delete.
SqliteDatabase open_database(const std::filesystem::path& file, SessionAccess access) {
  if (!needs_log(file)) return {uri(file) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI};
  if (access == SessionAccess::read_only) {
    throw refused(file, "is still being recorded, or was cut off: 'vividface replay' puts such a file in order");
  }
  if (std::filesystem::exists(file.string() + "-journal")) {
    throw refused(file, "has a journal beside it that is not vividface's; remove it");
  }
  return {uri(file), SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI};
}

// Views, triggers and the like could run what they wish: there are our tables to the letter, or nothing is read.
void check_tables(const SqliteDatabase& database, std::size_t expected) {
  SqliteStatement row(database, "SELECT sql FROM sqlite_schema ORDER BY rowid");
  std::size_t count = 0;
  for (; row.step(); ++count) {
    if (count >= expected || row.text(0) != kSessionTables[count].sql) {
      throw SqliteError("it has other tables than a session");
    }
  }
  if (count != expected) throw SqliteError("it has fewer tables than a session");
}

std::int64_t pragma(const SqliteDatabase& database, const std::string& name) {
  SqliteStatement row(database, "PRAGMA " + name);
  return row.step() ? row.integer(0) : -1;
}

void check(const SqliteDatabase& database, const std::filesystem::path& file) {
  if (pragma(database, "application_id") != kSessionApplicationId) {
    throw refused(file, "is a database of another program; give a file of 'vividface serve --record'");
  }
  const std::int64_t version = pragma(database, "user_version");
  if (version < kOldestSessionVersion || version > kSessionVersion) {
    throw refused(file, "is of version " + std::to_string(version) + ", this program reads versions " +
                            std::to_string(kOldestSessionVersion) + " to " + std::to_string(kSessionVersion));
  }
  check_tables(database, session_tables(version));
}

void check_pages(const SqliteDatabase& database) {
  SqliteStatement row(database, "PRAGMA quick_check(1)");
  if (const std::string found = row.step() ? row.text(0) : "nothing"; found != "ok") throw SqliteError(found);
}

}  // namespace

SqliteDatabase open_session(const std::filesystem::path& file, SessionAccess access) {
  try {
    SqliteDatabase database = open_database(file, access);
    sqlite3* const handle = database.handle();
    sqlite3_busy_timeout(handle, kPatience);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, static_cast<int>(kLargestJpeg + (1 << 20)));
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    database.run("PRAGMA cell_size_check=ON");

    // A list of tables that leads back into itself would never end.
    int strides = 0;
    sqlite3_progress_handler(
        handle, kStride, [](void* count) { return ++*static_cast<int*>(count) > kStrides ? 1 : 0; }, &strides);
    check(database, file);
    sqlite3_progress_handler(handle, 0, nullptr, nullptr);
    check_pages(database);
    return database;
  } catch (const SqliteError& error) {
    throw refused(file, std::string("is damaged or cut off: ") + error.what());
  }
}

}  // namespace vividface
