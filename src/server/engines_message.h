#pragma once

#include <string>
#include <string_view>

namespace vividface {

/// What GET /engines answers: every engine, which of them can run here, and why not. `running`: the one at work.
///   {"v":1,"engines":[{"name":"mesh","about":…,"available":true,"running":true},
///                     {"name":…,"about":…,"available":false,"reason":…,"running":false}]}
std::string engines_message(std::string_view running);

}  // namespace vividface
