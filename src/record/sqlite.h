#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace vividface {

/// What SQLite says went wrong, such as a full disk or a file that is no database.
struct SqliteError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A connection to one SQLite file. One thread an object, as of its statements.
class SqliteDatabase {
 public:
  /// `name` is a path, or a URI where `flags` (SQLITE_OPEN_…) say so. Throws SqliteError.
  SqliteDatabase(const std::string& name, int flags);

  /// Statements whose rows, if they have any, are not wanted. Throws SqliteError.
  void run(const std::string& sql);
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

/// One prepared statement. Parameters count from 1, columns from 0, as in SQLite.
class SqliteStatement {
 public:
  /// `database` must outlive it. Throws SqliteError.
  SqliteStatement(const SqliteDatabase& database, std::string_view sql);

  // `text` and `blob` must live until the next step().
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::span<const std::uint8_t> blob);
  void bind_null(int parameter);

  /// The next row; false after the last, or for a statement without any, and it can then be run again. Throws
  /// SqliteError.
  bool step();
  void reset();

  // Each throws SqliteError for a value of another type.
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::span<const std::uint8_t> blob(int column) const;  ///< valid until the next step
  bool is_null(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  void expect(int column, int type) const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace vividface
