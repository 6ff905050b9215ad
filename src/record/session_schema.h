#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace vividface {

// A session file: SQLite, "vvf1" in its header, and these tables to the letter. Controls are 30 32-bit floats, little
// endian, in the order of config/ameca.json. Results, steps, actions, persons and profiles share one count, `event`:
// what is missing in it was not recorded, for lack of room.

inline constexpr std::int64_t kSessionApplicationId = 0x76766631;  // "vvf1"
inline constexpr std::int64_t kSessionVersion = 4;                 // 3 had one reference a person, without eyelids
inline constexpr std::int64_t kOldestSessionVersion = 2;           // had no profiles either

struct SessionTable {
  const char *name, *sql;
};

// In the order in which they are made: what a version adds comes last.
inline constexpr std::array<SessionTable, 8> kSessionTables = {{
    {"session", R"(CREATE TABLE session (
  program TEXT NOT NULL,        -- version
  engine TEXT NOT NULL,
  configuration TEXT NOT NULL,  -- TOML
  safety TEXT NOT NULL,         -- JSON
  started_unix REAL NOT NULL,   -- s since the epoch when the monotonic clock said
  started_clock REAL NOT NULL   -- this; every other time is of that clock, s
) STRICT)"},
    {"reference", R"(CREATE TABLE reference (
  frame INTEGER PRIMARY KEY,  -- in which it was chosen
  cbor BLOB NOT NULL          -- as of 'shadow --save-neutral'
) STRICT)"},
    {"frames", R"(CREATE TABLE frames (
  number INTEGER PRIMARY KEY,
  arrival REAL NOT NULL,
  time REAL NOT NULL,  -- of the stream
  jpeg BLOB NOT NULL   -- as it came
) STRICT)"},
    {"results", R"(CREATE TABLE results (
  event INTEGER PRIMARY KEY,
  frame INTEGER NOT NULL,
  status INTEGER NOT NULL,  -- 0 shadowing, 1 calibrating, 2 no face, 3 bad frame
  controls BLOB NOT NULL    -- what the mapping network and the head's rotation gave
) STRICT)"},
    {"steps", R"(CREATE TABLE steps (
  event INTEGER PRIMARY KEY,
  time REAL NOT NULL,
  captured REAL,           -- the arrival of the frame whose result was given; NULL: none was
  state INTEGER NOT NULL,  -- 0 neutral, 1 shadowing, 2 holding, 3 easing to neutral, 4 stopped
  sent BLOB NOT NULL       -- controls
) STRICT)"},
    {"actions", R"(CREATE TABLE actions (
  event INTEGER PRIMARY KEY,
  time REAL NOT NULL,
  action INTEGER NOT NULL  -- 0 stop, 1 release, 2 rest, 3 hand-over
) STRICT)"},
    {"persons", R"(CREATE TABLE persons (
  event INTEGER PRIMARY KEY,
  frame INTEGER NOT NULL,  -- from which on
  x REAL,                  -- the face that is nearest to this point is followed,
  y REAL                   -- 0 to 1 of the picture; NULL: the largest
) STRICT)"},
    {"profiles", R"(CREATE TABLE profiles (
  event INTEGER PRIMARY KEY,
  frame INTEGER NOT NULL,  -- from which on
  profile TEXT NOT NULL    -- TOML; before the first nothing is shaped
) STRICT)"},
}};

/// How many of the tables a file of that version has.
constexpr std::size_t session_tables(std::int64_t version) {
  return kSessionTables.size() - (version == kOldestSessionVersion ? 1 : 0);
}

static_assert(std::endian::native == std::endian::little);

}  // namespace vividface
