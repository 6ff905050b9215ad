#include "server/stop_file.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace vividface {

StopFile::StopFile(std::filesystem::path file) : file_(std::move(file)) {
  const std::filesystem::path folder = std::filesystem::absolute(file_).parent_path();
  std::error_code ignored;
  const bool is_other = std::filesystem::exists(file_, ignored) && !std::filesystem::is_regular_file(file_, ignored);
  if (is_other || access(folder.c_str(), W_OK | X_OK) != 0) {
    throw InputError("stop file \"" + file_.string() +
                     "\" cannot be made; give a file in a folder that can be written");
  }
}

bool StopFile::is_there() const {
  std::error_code ignored;
  return std::filesystem::exists(file_, ignored);
}

// What is so when it is this thread's turn counts: of a stop and a release at once, either may be the last.
HttpActions StopFile::kept_by(HttpActions actions) {
  const auto kept = [this, state = actions.state](const std::function<void()>& action) {
    return [this, state, action] {
      action();
      const std::lock_guard lock(mutex_);
      follow(state() == "stopped");
    };
  };
  actions.stop = kept(actions.stop);
  actions.release = kept(actions.release);
  return actions;
}

void StopFile::follow(bool stopped) const {
  if (!stopped) {
    if (unlink(file_.c_str()) == 0 || errno == ENOENT) return;
    return spdlog::error("stop file {}: {}; the next start is a stopped one", file_.string(), std::strerror(errno));
  }
  const int descriptor = open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0 || fsync(descriptor) != 0) {
    spdlog::error("stop file {}: {}; a restart forgets the stop", file_.string(), std::strerror(errno));
  }
  if (descriptor >= 0) close(descriptor);
}

}  // namespace vividface
