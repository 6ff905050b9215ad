#include "app/engine.h"
#include "base/error.h"
#include "shadow/liveportrait_engine.h"

// In vividface-torch.

namespace vividface {

void go_where_engine_is(const std::string&) {}

std::string what_engine_lacks(const EngineOptions& options) {
  if (options.name == "mesh") return "";
  if (options.mesh.models.empty()) return kBothEngines;
  try {
    check_liveportrait_files(options.mesh.models);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

ShadowParts make_engine(const EngineOptions& options) {
  if (options.name == "mesh") return mesh_engine(options.mesh);
  if (options.mesh.wrinkles) throw InputError("wrinkles: the engine liveportrait carries them over by itself");
  return liveportrait_engine({.models = options.mesh.models,
                              .robot_image = options.mesh.robot_image,
                              .device = options.device,
                              .precision = options.precision});
}

}  // namespace vividface
