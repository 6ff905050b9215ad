#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "train/dataset_index.h"

namespace vividface {

struct PerformerPicture {
  std::filesystem::path file;
  ControlVector controls;  ///< the true ones
};

/// Pictures of one performer in one look and light, and the same without expression.
struct PerformerClip {
  std::filesystem::path neutral;
  std::vector<PerformerPicture> pictures;
};

/// The pictures of a split of a set that `vividface dataset render --performers` made: all when `limit` is 0, else that
/// many, spread evenly over the set. Throws InputError when there is none, or a clip has no neutral picture.
std::vector<PerformerClip> performer_clips(const std::vector<IndexRow>& rows, const std::filesystem::path& folder,
                                           const std::string& split, std::size_t limit = 0);

}  // namespace vividface
