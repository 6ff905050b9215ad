#include "server/profile_store.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "base/error.h"
#include "base/output_file.h"
#include "robot/profile_file.h"

namespace vividface {
namespace {

constexpr std::chrono::seconds kLookPeriod(1);

}  // namespace

ProfileStore::ProfileStore(std::filesystem::path file, std::function<void(SharedProfile)> use)
    : file_(std::move(file)), use_(std::move(use)) {
  state_.has_file = !file_.empty();
  read_ = stamp();
  put(state_.has_file ? load_profile(file_) : Profile(), /*is_saved=*/true);
}

ProfileStore::State ProfileStore::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void ProfileStore::set(Profile profile) {
  const std::lock_guard lock(mutex_);
  put(std::move(profile), /*is_saved=*/false);
}

void ProfileStore::save() {
  const std::lock_guard lock(mutex_);
  if (!state_.has_file) throw InputError("there is no file to save to: start with --profile FILE.toml, or export it");
  OutputFile(file_).commit(to_toml(state_.profile->settings()));
  read_ = stamp();
  state_.is_saved = true;
  state_.problem.clear();
  ++state_.revision;
  spdlog::info("profile {}: saved", file_.string());
}

void ProfileStore::look(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (!state_.has_file || now - looked_ < kLookPeriod) return;
  looked_ = now;
  const std::optional<Stamp> found = stamp();
  if (found == read_) return;
  read_ = found;
  try {
    put(load_profile(file_), /*is_saved=*/true);
    spdlog::info("profile {}: read again", file_.string());
  } catch (const InputError& error) {
    state_.problem = error.what();
    state_.is_saved = false;
    ++state_.revision;
    spdlog::warn("{}; the profile before it stays in force", error.what());
  }
}

std::optional<ProfileStore::Stamp> ProfileStore::stamp() const {
  std::error_code error;
  Stamp stamp{.changed = std::filesystem::last_write_time(file_, error), .size = 0};
  if (error) return std::nullopt;
  stamp.size = std::filesystem::file_size(file_, error);
  return error ? std::nullopt : std::optional(stamp);
}

void ProfileStore::put(Profile profile, bool is_saved) {
  state_.profile = std::make_shared<const Profile>(std::move(profile));
  state_.is_saved = is_saved;
  if (is_saved) state_.problem.clear();
  ++state_.revision;
  use_(state_.profile);
}

}  // namespace vividface
