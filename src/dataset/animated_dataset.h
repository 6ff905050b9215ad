#pragma once

#include <filesystem>

#include "transfer/mesh/mesh_transfer.h"

namespace vividface {

struct AnimatedDatasetOptions {
  std::filesystem::path folder;  ///< of the set: images/*.jpg
  std::filesystem::path robot;   ///< the robot's neutral picture; the program's own when empty
  int size = 256;                ///< of Ĩ, pixels
  int threads = 2;
  MeshTransferOptions transfer;
};

/// Writes Ĩ = M1(image) for every images/NAME.jpg of a set to animated/NAME.jpg, each picture tracked on its own,
/// what moved (AnimatedFrame::motion) to motion/NAME.safetensors, tensor "motion", and the person's own face
/// (AnimatedFrame::person) to person/NAME.jpg. The reference is, in this order: neutral/NAME.jpg; neutral/CLIP.jpg of a
/// NAME that is CLIP-number; a neutral render in the sample's own light and camera, when dataset.json says how the set
/// was made; the set's first picture. Goes on where it was stopped. Pictures that cannot be decoded or in which, or in
/// whose reference, no face is found are listed in animated/without_face.txt. Throws InputError for a folder without
/// images.
void animate_dataset(const AnimatedDatasetOptions& options);

}  // namespace vividface
