#include "server/recordings.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <utility>

#include "base/error.h"
#include "server/private_folder.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = ".vvf";
constexpr std::size_t kMostListed = 1000;
constexpr const char* kNoFolder = "there is no folder for recordings: start the service with --recordings FOLDER";

std::uintmax_t size_of(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  return error ? 0 : size;
}

}  // namespace

bool is_recording_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  if (!name.ends_with(kSuffix)) return false;
  name.remove_suffix(std::string_view(kSuffix).size());
  return !name.empty() && name.size() <= kLongest &&
         std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

Recordings::Recordings(fs::path folder, RecordingSwitch& recorded, std::function<SessionHeader()> header,
                       RecordingLimits limits)
    : folder_(private_folder(std::move(folder), "--recordings")),
      switch_(recorded),
      header_(std::move(header)),
      limits_(limits) {}

Recordings::~Recordings() {
  const std::lock_guard lock(mutex_);
  if (recorder_) end_with("");
}

std::string Recordings::begin() {
  const std::lock_guard lock(mutex_);
  if (!has_folder()) throw InputError(kNoFolder);
  if (recorder_) throw InputError("\"" + name_ + "\" is being recorded already");
  std::error_code error;
  if (const fs::space_info space = fs::space(folder_, error); error || space.available < limits_.free_bytes) {
    throw InputError("the disk of the recordings has no room");
  }
  const SessionHeader header = header_();
  const std::string name = new_name(header.started_unix);
  auto recorder = std::make_shared<SessionRecorder>(folder_ / name, header);
  recorder->keep();
  recorder_ = recorder;
  name_ = name;
  last_end_.clear();
  began_ = looked_ = std::chrono::steady_clock::now();
  switch_.begin(std::move(recorder));
  spdlog::info("recording {}", name_);
  return name_;
}

std::string Recordings::end() {
  const std::lock_guard lock(mutex_);
  if (!recorder_) throw InputError(last_end_.empty() ? "nothing is being recorded" : last_end_);
  end_with("");
  return name_;
}

void Recordings::watch() {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (!recorder_ || now - looked_ < limits_.looks) return;
  looked_ = now;
  if (const std::string reason = limit_reached(); !reason.empty()) end_with(reason);
}

std::optional<Recordings::Running> Recordings::running() const {
  const std::lock_guard lock(mutex_);
  if (!recorder_) return std::nullopt;
  return Running{.name = name_,
                 .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(),
                 .bytes = bytes(),
                 .dropped = recorder_->dropped()};
}

std::string Recordings::last_end() const {
  const std::lock_guard lock(mutex_);
  return last_end_;
}

std::vector<Recordings::Listed> Recordings::list() const {
  std::vector<Listed> found;
  if (!has_folder()) return found;
  const std::lock_guard lock(mutex_);
  std::error_code error;
  for (fs::directory_iterator it(folder_, error), last; !error && it != last; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    const bool is_file = fs::is_regular_file(it->symlink_status(ignored));
    if (is_file && is_recording_name(name) && (!recorder_ || name != name_))
      found.push_back({name, size_of(it->path())});
  }
  std::ranges::sort(found, std::ranges::greater(), &Listed::name);
  if (found.size() > kMostListed) found.resize(kMostListed);
  return found;
}

fs::path Recordings::file(std::string_view name) const {
  if (!has_folder()) throw InputError(kNoFolder);
  const std::lock_guard lock(mutex_);
  const fs::path path = folder_ / name;
  std::error_code error;
  if (!is_recording_name(name) || !fs::is_regular_file(fs::symlink_status(path, error))) {
    throw InputError("there is no such recording");
  }
  if (recorder_ && name == name_) throw InputError("it is still being recorded");
  return path;
}

std::string Recordings::new_name(double since_epoch) const {
  const auto time = static_cast<std::time_t>(since_epoch);
  const std::string stem = fmt::format("{:%Y-%m-%d_%H-%M-%S}", fmt::gmtime(time));
  std::string name = stem + kSuffix;
  for (int i = 2; fs::exists(folder_ / name); ++i) name = fmt::format("{}_{}{}", stem, i, kSuffix);
  return name;
}

// What is not yet in the file itself is beside it.
std::uintmax_t Recordings::bytes() const {
  return size_of(folder_ / name_) + size_of((folder_ / name_).string() + "-wal");
}

std::string Recordings::limit_reached() const {
  if (const std::string failure = recorder_->failure(); !failure.empty()) return "it ended early: " + failure;
  if (bytes() >= limits_.bytes) return fmt::format("it ended at its most of {} MiB", limits_.bytes >> 20);
  if (std::chrono::steady_clock::now() - began_ >= limits_.time) {
    return fmt::format("it ended at its most of {} s", limits_.time.count());
  }
  std::error_code error;
  const fs::space_info space = fs::space(folder_, error);
  return !error && space.available < limits_.free_bytes ? "it ended because the disk is nearly full" : "";
}

void Recordings::end_with(const std::string& reason) {
  switch_.end();
  recorder_->finish();
  const std::string failure = recorder_->failure();
  last_end_ = reason.empty() && !failure.empty() ? "it ended early: " + failure : reason;
  spdlog::info("recorded {} frames in {}{}", recorder_->recorded(), name_, last_end_.empty() ? "" : ": " + last_end_);
  recorder_.reset();
}

}  // namespace vividface
