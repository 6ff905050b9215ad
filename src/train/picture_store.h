#pragma once

#include <torch/types.h>

#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "train/mapping_set.h"

namespace vividface {

/// A data set's pictures of one kind, decoded and shrunk once, as bytes on the device that trains.
struct PictureStore {
  torch::Tensor pictures;           ///< [m, 3, N, N] uint8, RGB
  std::vector<std::int64_t> slots;  ///< by sample: its place in `pictures`, −1 for none

  bool complete() const { return pictures.defined() && pictures.size(0) == static_cast<std::int64_t>(slots.size()); }
};

/// Reads the pictures that `file_of` names by `load`, which gives size × size pixels, on all processors. Throws the
/// first InputError.
PictureStore load_pictures(const std::vector<MappingSample>& samples, std::filesystem::path MappingSample::*file_of,
                           const std::function<SquarePicture(const std::filesystem::path&)>& load, int size,
                           const torch::Device& device, const std::string& what,
                           const Progress::Surroundings& surroundings);

}  // namespace vividface
