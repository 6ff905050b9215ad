#include "robot/control_index.h"

#include <string>

#include "base/error.h"
#include "robot/controls.h"

namespace vividface {

std::size_t control_index(std::string_view name) {
  const auto index = ControlTable::ameca().index_of(name);
  if (!index) throw InputError("no control is called \"" + std::string(name) + "\"");
  return *index;
}

}  // namespace vividface
