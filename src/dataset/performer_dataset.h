#pragma once

#include <cstdint>
#include <filesystem>

namespace vividface {

struct PerformerDatasetOptions {
  std::filesystem::path folder;
  std::size_t count = 0;  ///< pictures of expressions
  std::uint64_t seed = 0;
  int size = 384;            ///< of the pictures of people, pixels
  int canonical_size = 256;  ///< of the robot's canonical pictures, pixels
  int clip = 12;             ///< pictures of one person, look and scene
  int threads = 2;
};

/// Renders a set of people whose controls are known. A clip is one person of the cast in one look, light and camera:
///   images/CCCCCC-FF.jpg     the person with an expression, head moved
///   neutral/CCCCCC.jpg       the same without expression: the clip's reference
///   canonical/CCCCCC-FF.jpg  I_x: the robot under the same controls in the canonical view
///   index.csv                img_path, ctrl_values (JSON list of 30), split, identity, units: a JSON object of the
///                            expression's units that are not 0
///   dataset.json             seed and sizes
/// A picture depends on seed, clip size and number alone, so that a set that was stopped goes on where it was, and
/// comes out the same. Split is by person. Throws as render_robot_dataset does.
void render_performer_dataset(const PerformerDatasetOptions& options);

}  // namespace vividface
