#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/recording_switch.h"

namespace vividface {

/// Where a recording that was begun by a person ends by itself.
struct RecordingLimits {
  std::uintmax_t bytes = 2ULL << 30;                         ///< of one recording
  std::chrono::seconds time{3600};                           ///< of one recording
  std::uintmax_t free_bytes = 256ULL << 20;                  ///< that the disk keeps
  std::chrono::milliseconds looks{std::chrono::seconds(1)};  ///< how often watch() looks
};

/// The recordings of a session in a folder of their own: begun, ended and listed on request. Their names are made from
/// the time. Any thread may call, and every call may wait for the disk.
class Recordings {
 public:
  struct Listed {
    std::string name;
    std::uintmax_t bytes = 0;
  };
  struct Running {
    std::string name;
    double seconds = 0;
    std::uintmax_t bytes = 0;
    std::uint64_t dropped = 0;  ///< frames and events that the disk was too slow for
  };

  /// `folder`: made if it is not there; empty: nothing can be recorded. `recorded` must outlive it; `header` says what
  /// is in force. Throws InputError for a folder that cannot be made or written to.
  Recordings(std::filesystem::path folder, RecordingSwitch& recorded, std::function<SessionHeader()> header,
             RecordingLimits limits = {});
  ~Recordings();

  /// Begins one and says its name. Throws InputError: there is one already, no folder, or no room.
  std::string begin();
  /// Ends it and says its name. Throws InputError when there is none.
  std::string end();
  /// To be called now and then: ends one that has reached its limits.
  void watch();

  bool has_folder() const { return !folder_.empty(); }
  const RecordingLimits& limits() const { return limits_; }
  std::optional<Running> running() const;
  std::string last_end() const;      ///< why the last one ended by itself; empty: it did not
  std::vector<Listed> list() const;  ///< the newest first, without the one that is running; at most 1000
  /// The file of that name. Throws InputError when there is none: nothing but a plain name in the folder is one.
  std::filesystem::path file(std::string_view name) const;

 private:
  std::string new_name(double since_epoch) const;
  std::uintmax_t bytes() const;
  std::string limit_reached() const;
  void end_with(const std::string& reason);

  const std::filesystem::path folder_;
  RecordingSwitch& switch_;
  const std::function<SessionHeader()> header_;
  const RecordingLimits limits_;

  mutable std::mutex mutex_;
  std::shared_ptr<SessionRecorder> recorder_;
  std::string name_, last_end_;
  std::chrono::steady_clock::time_point began_, looked_;
};

/// 1 to 64 letters, digits, - and _, then ".vvf".
bool is_recording_name(std::string_view name);

}  // namespace vividface
