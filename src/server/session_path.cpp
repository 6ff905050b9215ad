#include "server/session_path.h"

#include <algorithm>
#include <cctype>

namespace vividface {

SessionPath session_path(std::string_view path) {
  constexpr std::string_view kPrefix = "/s/";
  if (!path.starts_with(kPrefix)) return {.session = {}, .path = path};
  const std::string_view rest = path.substr(kPrefix.size());
  const std::string_view name = rest.substr(0, rest.find('/'));
  if (!is_session_name(name)) return {.session = {}, .path = path};
  return {.session = name, .path = rest.substr(name.size())};
}

bool is_session_name(std::string_view name) {
  constexpr std::size_t kLongest = 32;
  return !name.empty() && name.size() <= kLongest && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

}  // namespace vividface
