#pragma once

#include <filesystem>
#include <map>

#include "transfer/liveportrait/weights.h"

namespace vividface::liveportrait {

/// The file in `folder` of the network with this letter: F, M, W, G, S, or X (the mapping network). The names are the
/// published ones (docs/liveportrait.md), fine-tuned networks' too, with .pth or .safetensors; the published folders
/// base_models and retargeting_models are looked into. Throws InputError where there is none, or more than one.
std::filesystem::path checkpoint_file(const std::filesystem::path& folder, char letter);

/// F, M, W, G and S of a folder, by letter. Throws InputError.
std::map<char, Weights> load_checkpoints(const std::filesystem::path& folder);

}  // namespace vividface::liveportrait
