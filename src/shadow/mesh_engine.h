#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "shadow/shadow.h"

namespace vividface {

class FaceTracker;

inline constexpr const char* kMeshWeights = "mapping_mesh.safetensors";
/// Of the second network, which reads the person's own face; an engine runs without it where a folder has none.
inline constexpr const char* kPersonWeights = "mapping_person.safetensors";

struct MeshEngineOptions {
  std::filesystem::path models;  ///< folder with kMeshWeights, and kPersonWeights or not; empty: the project's models/
  std::filesystem::path robot_image;  ///< the robot's neutral face, canonical view; empty: the virtual robot's
  bool wrinkles = false;  ///< carry the person's wrinkles over to I_m: better on pictures, worse on real people
                          ///< (docs/experiments.md)
};

/// The parts of the mesh engine, which runs on any computer: face tracker, mesh transfer, mapping network, head split.
/// Throws InputError that names a missing or altered model or picture.
ShadowParts mesh_engine(const MeshEngineOptions& options);
/// The same with the caller's tracker, for who resets it between pictures.
ShadowParts mesh_engine(const MeshEngineOptions& options, const std::shared_ptr<FaceTracker>& tracker);

}  // namespace vividface
