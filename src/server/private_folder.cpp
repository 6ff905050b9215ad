#include "server/private_folder.h"

#include <unistd.h>

#include <string>

#include "base/error.h"

namespace vividface {

namespace fs = std::filesystem;

fs::path private_folder(fs::path folder, const char* option) {
  if (folder.empty()) return folder;
  std::error_code error;
  if (fs::create_directories(folder, error)) fs::permissions(folder, fs::perms::owner_all, error);
  if (!fs::is_directory(folder) || access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
    throw InputError(std::string(option) + " \"" + folder.string() + "\" is no folder that can be written to");
  }
  return fs::absolute(folder);
}

}  // namespace vividface
