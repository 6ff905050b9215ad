#include "server/recording_shelf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "base/error.h"
#include "record/session_reader.h"

namespace vividface {
namespace {

using Poses = std::span<const Timeline::Pose>;

std::string_view word(SafetyState state) {
  constexpr std::array<std::string_view, 5> kWords = {"neutral", "shadowing", "holding", "easing to neutral",
                                                      "stopped"};
  return kWords[static_cast<std::size_t>(state)];
}

// From the pose that is shown at `from` to the last one up to `to`.
Poses between(const std::vector<Timeline::Pose>& poses, double from, double to) {
  auto first = std::ranges::upper_bound(poses, from, {}, &Timeline::Pose::time);
  if (first != poses.begin()) --first;
  return {first, std::max(first, std::ranges::upper_bound(poses, to, {}, &Timeline::Pose::time))};
}

}  // namespace

struct RecordingShelf::Opened {
  explicit Opened(const std::filesystem::path& path)
      : file(path),
        written(std::filesystem::last_write_time(path)),
        session(path, SessionAccess::read_only),
        timeline(Timeline::read(session)) {}

  std::filesystem::path file;
  std::filesystem::file_time_type written;
  SessionReader session;
  Timeline timeline;
};

// A file of the same name may be another one by now.
RecordingShelf::Opened& RecordingShelf::open(const std::filesystem::path& file) {
  std::error_code error;
  const bool is_same = opened_ && opened_->file == file && opened_->written == last_write_time(file, error) && !error;
  if (!is_same) {
    opened_.reset();
    opened_ = std::make_shared<Opened>(file);
  }
  return *opened_;
}

std::string RecordingShelf::about(const std::filesystem::path& file) {
  const std::lock_guard lock(mutex_);
  const Opened& opened = open(file);
  const SessionHeader& header = opened.session.header();
  const Timeline& timeline = opened.timeline;
  nlohmann::ordered_json message = {{"v", 1},
                                    {"name", file.filename().string()},
                                    {"program", header.program},
                                    {"engine", header.engine},
                                    {"started_unix", header.started_unix},
                                    {"duration_s", timeline.duration},
                                    {"missing", opened.session.totals().missing},
                                    {"poses", timeline.poses.size()}};
  std::string text =
      message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);  // it may come from anywhere
  text.pop_back();
  text += ",\"frames\":[";
  const char* separator = "";
  for (const auto& [number, time] : timeline.frames) {
    fmt::format_to(std::back_inserter(text), "{}[{},{:.3f}]", std::exchange(separator, ","), number, time);
  }
  return text + "]}";
}

std::string RecordingShelf::controls(const std::filesystem::path& file, double from, double to) {
  if (!(from >= 0 && to >= from && to - from <= kLongestSpan)) {
    throw InputError(fmt::format("expected from and to, s: at most {:.0f} s, such as ?from=0&to=30", kLongestSpan));
  }
  const std::lock_guard lock(mutex_);
  const Poses poses = between(open(file).timeline.poses, from, to);
  std::string times, states, controls;
  const char* separator = "";
  for (const Timeline::Pose& pose : poses) {
    fmt::format_to(std::back_inserter(times), "{}{:.4f}", separator, pose.time);
    fmt::format_to(std::back_inserter(states), "{}\"{}\"", separator, word(pose.state));
    fmt::format_to(std::back_inserter(controls), "{}[{:.5g}]", separator, fmt::join(pose.sent, ","));
    separator = ",";
  }
  return fmt::format(R"({{"v":1,"times":[{}],"states":[{}],"controls":[{}]}})", times, states, controls);
}

std::string RecordingShelf::csv(const std::filesystem::path& file) {
  const std::lock_guard lock(mutex_);
  const Opened& opened = open(file);
  std::string text = "time_s,state";
  for (const ControlSpec& spec : ControlTable::ameca().specs()) text += "," + std::string(spec.name);
  for (const Timeline::Pose& pose : opened.timeline.poses) {
    fmt::format_to(std::back_inserter(text), "\n{:.4f},{},{}", pose.time, word(pose.state), fmt::join(pose.sent, ","));
  }
  return text + "\n";
}

std::vector<std::uint8_t> RecordingShelf::frame(const std::filesystem::path& file, std::int64_t number) {
  const std::lock_guard lock(mutex_);
  const std::optional<RecordedFrame> frame = open(file).session.frame(number);
  if (!frame) throw InputError("there is no such frame in it");
  return *frame->jpeg;
}

}  // namespace vividface
