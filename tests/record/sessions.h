#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <string>

#include "record/session_writer.h"
#include "server/grey_engine.h"

namespace vividface {

inline SessionHeader a_header() {
  return {.program = "1.2.3",
          .engine = "mesh",
          .configuration = "port = 5000\n",
          .safety = "{}",
          .started_unix = 1.7e9,
          .started_clock = 100.25};
}

inline RecordedFrame a_frame(std::int64_t number, std::vector<std::uint8_t> jpeg) {
  const double arrival = 100.5 + static_cast<double>(number) / 30;
  return {.number = number,
          .arrival = arrival,
          .time = arrival - 100.25,
          .jpeg = std::make_shared<const std::vector<std::uint8_t>>(std::move(jpeg))};
}

/// A recording of three frames, the last of which was superseded.
inline void write_session(const std::filesystem::path& file) {
  const ControlVector neutral = ControlTable::ameca().neutral();
  SessionWriter writer(file, a_header());
  writer.begin();
  for (int i = 0; i < 3; ++i) writer.add(a_frame(i, grey_jpeg(40 * i)));
  for (int i = 0; i < 2; ++i) {
    writer.add(2 * i + 1, RecordedResult{i, ShadowStatus::no_face, neutral});
    writer.add(2 * i + 2, RecordedStep{100.6 + 0.1 * i, std::nullopt, SafetyState::neutral, neutral});
  }
  writer.add(5, RecordedAction{100.9, SafetyAction::stop});
  writer.add(6, RecordedPerson{2, cv::Point2f(0.1f, 0.5f)});
  writer.add(7, RecordedPerson{2, std::nullopt});
  writer.add(8, RecordedProfile{2, std::make_shared<const Profile>()});
  writer.commit();
  writer.finish();
}

/// What another program does to a file.
inline void tamper(const std::filesystem::path& file, const std::string& sql) {
  SqliteDatabase(file.string(), SQLITE_OPEN_READWRITE).run(sql);
}

}  // namespace vividface
