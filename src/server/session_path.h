#pragma once

#include <string_view>

namespace vividface {

/// What a request asks for, and of which session: "/s/anna/state" is "/state" of "anna", "/state" that of no session.
struct SessionPath {
  std::string_view session, path;
};
SessionPath session_path(std::string_view path);

/// 1 to 32 letters, digits, - and _.
bool is_session_name(std::string_view name);

}  // namespace vividface
