#pragma once

#include <cstddef>
#include <string_view>

namespace vividface {

/// The index of one of Ameca's controls. Throws InputError for a name that is none.
std::size_t control_index(std::string_view name);

}  // namespace vividface
