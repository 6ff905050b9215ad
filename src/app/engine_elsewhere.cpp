#include <stdexcept>

#include "app/engine.h"
#include "app/torch_program.h"

// In `vividface`: without libtorch.

namespace vividface {

void go_where_engine_is(const std::string& name) {
  if (name == "liveportrait") become_torch_program();
}

std::string what_engine_lacks(const EngineOptions& options) { return options.name == "mesh" ? "" : kBothEngines; }

ShadowParts make_engine(const EngineOptions& options) {
  if (options.name != "mesh") throw std::logic_error("go_where_engine_is was not called");
  return mesh_engine(options.mesh);
}

}  // namespace vividface
