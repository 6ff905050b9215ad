#include "record/sqlite.h"

#include <sqlite3.h>

namespace vividface {
namespace {

void expect_ok(int result, sqlite3* database) {
  if (result != SQLITE_OK) throw SqliteError(sqlite3_errmsg(database));
}

}  // namespace

void SqliteDatabase::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

SqliteDatabase::SqliteDatabase(const std::string& name, int flags) {
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);  // there even when it failed
  expect_ok(result, handle);
}

void SqliteDatabase::run(const std::string& sql) {
  expect_ok(sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr), handle());
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteStatement::SqliteStatement(const SqliteDatabase& database, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  expect_ok(sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr),
            database.handle());
  statement_.reset(statement);
}

void SqliteStatement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, value);
}

void SqliteStatement::bind(int parameter, double value) { sqlite3_bind_double(statement_.get(), parameter, value); }

void SqliteStatement::bind(int parameter, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void SqliteStatement::bind(int parameter, std::span<const std::uint8_t> blob) {
  // An empty span may have no address, which would be NULL.
  if (blob.empty()) {
    sqlite3_bind_zeroblob(statement_.get(), parameter, 0);
  } else {
    sqlite3_bind_blob64(statement_.get(), parameter, blob.data(), blob.size(), SQLITE_STATIC);
  }
}

void SqliteStatement::bind_null(int parameter) { sqlite3_bind_null(statement_.get(), parameter); }

bool SqliteStatement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  const int reset = sqlite3_reset(statement_.get());
  if (result != SQLITE_DONE) expect_ok(reset, sqlite3_db_handle(statement_.get()));
  return false;
}

void SqliteStatement::reset() { sqlite3_reset(statement_.get()); }

void SqliteStatement::expect(int column, int type) const {
  if (sqlite3_column_type(statement_.get(), column) == type) return;
  throw SqliteError(std::string("the column \"") + sqlite3_column_name(statement_.get(), column) +
                    "\" has a value of another type");
}

std::int64_t SqliteStatement::integer(int column) const {
  expect(column, SQLITE_INTEGER);
  return sqlite3_column_int64(statement_.get(), column);
}

double SqliteStatement::real(int column) const {
  expect(column, SQLITE_FLOAT);
  return sqlite3_column_double(statement_.get(), column);
}

std::string SqliteStatement::text(int column) const {
  expect(column, SQLITE_TEXT);
  const auto* text = sqlite3_column_text(statement_.get(), column);
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::span<const std::uint8_t> SqliteStatement::blob(int column) const {
  expect(column, SQLITE_BLOB);
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool SqliteStatement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

}  // namespace vividface
