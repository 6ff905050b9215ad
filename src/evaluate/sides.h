#pragma once

#include <cstddef>
#include <cstdint>

#include "evaluate/one_sided_acts.h"
#include "shadow/mesh_engine.h"

namespace vividface {

struct SidesOptions {
  MeshEngineOptions mesh;
  std::size_t identities = 0;  ///< of the people in the split test; 0: all
  std::size_t scenes = 4;      ///< each in so many looks and scenes
  std::uint64_t seed = 1;
  int size = 512;  ///< of a picture, pixels
  int threads = 2;
};

/// A picture is frontal when the camera is at most so far aside.
inline constexpr float kFrontalDegrees = 10;

struct SidesEvaluation {
  OneSidedScore all, frontal;
  std::size_t people = 0, scenes = 0, frontal_scenes = 0;
  std::size_t pictures = 0;                ///< of acts and of people who do nothing, references apart
  std::size_t without_face = 0;            ///< pictures of these
  std::size_t without_reference_face = 0;  ///< of these, because there is none in their scene's reference
};

/// Draws people whom no training saw, at rest and in one_sided_acts, and runs Algorithm 1 on every picture on its own,
/// relative to the same person's picture at rest in the same scene. Depends on the options alone, threads and mesh
/// apart. Throws InputError for more identities than there are, no scene, or a missing model.
SidesEvaluation evaluate_sides(const SidesOptions& options);

}  // namespace vividface
