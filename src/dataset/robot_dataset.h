#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "render/head_renderer.h"

namespace vividface {

struct RobotDatasetOptions {
  std::filesystem::path folder;
  std::size_t count = 0;
  std::uint64_t seed = 0;
  int size = 256;            ///< of the posed pictures, pixels
  int canonical_size = 256;  ///< of the canonical pictures (I_x), pixels
  bool frontal = false;      ///< the head and the camera of the posed pictures are straight
  int threads = 2;
};

/// Renders an X2C-like set of the virtual robot:
///   images/NNNNNN.jpg     head and neck posed, light and camera jittered
///   canonical/NNNNNN.jpg  I_x: the same face in the canonical view, head and neck neutral, light jittered a little
///   index.csv             img_path, ctrl_values (JSON list of 30), split (train, val, test)
///   dataset.json          seed and sizes
/// A sample depends on seed and index alone, so that a set that was stopped goes on where it was, and comes out the
/// same. Throws InputError when the folder holds another set, std::runtime_error when stopped or the disk is full.
void render_robot_dataset(const RobotDatasetOptions& options);

/// Seed, size and frontal of a folder that render_robot_dataset made, by its dataset.json; nothing for any other.
/// Throws InputError for one whose pictures this program would not draw so, or of a size that it never draws.
std::optional<RobotDatasetOptions> read_robot_set(const std::filesystem::path& folder);

/// Camera and light of a sample's posed picture, images/NNNNNN.jpg; they depend on seed, size, frontal and index alone.
struct PosedScene {
  RenderView view;
  RenderLight light;
};
PosedScene posed_scene(const RobotDatasetOptions& options, std::size_t index);

}  // namespace vividface
