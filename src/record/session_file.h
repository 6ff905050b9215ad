#pragma once

#include <cstdint>
#include <filesystem>

#include "record/sqlite.h"

namespace vividface {

inline constexpr std::int64_t kLargestJpeg = 256 << 20;  ///< bytes, as 'serve' takes at most

enum class SessionAccess { may_mend, read_only };

/// Opens a file from elsewhere as a session: it has the session's tables and no more, and SQLite finds it whole. What
/// is in the tables is for the reader to check. A file that is whole is left as it is; that of a recording that was cut
/// off is put in order first, or refused where `access` is read_only. Throws InputError of one line.
SqliteDatabase open_session(const std::filesystem::path& file, SessionAccess access = SessionAccess::may_mend);

}  // namespace vividface
