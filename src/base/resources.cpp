#include "base/resources.h"

#include <cstdlib>
#include <string>

#include "base/error.h"

namespace vividface {
namespace {

// Where `cmake --install` puts the project's files: share/vividface beside the program's bin.
std::filesystem::path installed() {
  std::error_code none;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", none);
  return program.parent_path().parent_path() / "share" / "vividface";
}

std::filesystem::path find(std::string_view relative, const char* home, const std::filesystem::path& installed,
                           const char* built_in, const char* advice) {
  std::string looked;
  for (const std::filesystem::path& root :
       {std::filesystem::path(home ? home : ""), installed, std::filesystem::path(built_in)}) {
    if (root.empty()) continue;
    std::error_code none;
    if (std::filesystem::exists(root / relative, none)) return root / relative;
    looked += (looked.empty() ? "" : ", ") + root.string();
  }
  throw InputError("missing file " + std::string(relative) + ": looked below " + looked + "; " + advice);
}

}  // namespace

std::filesystem::path resource(std::string_view relative) {
  return find(relative, std::getenv("VIVIDFACE_HOME"), installed(), VIVIDFACE_SOURCE_DIR,
              "set VIVIDFACE_HOME to the project's folder");
}

std::filesystem::path third_party(std::string_view relative) {
  return find(relative, std::getenv("VIVIDFACE_THIRD_PARTY"), installed() / "third_party", VIVIDFACE_THIRD_PARTY,
              "run scripts/setup");
}

}  // namespace vividface
