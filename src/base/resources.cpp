#include "base/resources.h"

#include <cstdlib>
#include <string>

#include "base/error.h"

namespace vividface {
namespace {

std::filesystem::path find(const char* variable, const char* built_in, std::string_view relative, const char* advice) {
  const char* home = std::getenv(variable);
  for (const char* root : {home, built_in}) {
    if (root == nullptr || *root == '\0') continue;
    std::filesystem::path path = std::filesystem::path(root) / relative;
    if (std::filesystem::exists(path)) return path;
  }
  throw InputError("missing file " + std::string(relative) + ": looked below " +
                   (home ? std::string(home) + " and " : "") + built_in + "; " + advice);
}

}  // namespace

std::filesystem::path resource(std::string_view relative) {
  return find("VIVIDFACE_HOME", VIVIDFACE_SOURCE_DIR, relative, "set VIVIDFACE_HOME to the project's folder");
}

std::filesystem::path third_party(std::string_view relative) {
  return find("VIVIDFACE_THIRD_PARTY", VIVIDFACE_THIRD_PARTY, relative, "run scripts/setup");
}

}  // namespace vividface
