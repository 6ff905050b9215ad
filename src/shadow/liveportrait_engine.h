#pragma once

#include <filesystem>
#include <string>

#include "shadow/shadow.h"

namespace vividface {

struct LivePortraitEngineOptions {
  std::filesystem::path models{};       ///< folder of the published networks, see docs/liveportrait.md
  std::filesystem::path robot_image{};  ///< the robot's face; empty: the virtual robot's
  std::string device = "cpu";           ///< or "cuda:0"
  std::string precision = "fp32";       ///< or "fp16", on CUDA
};

/// The parts of the engine of the published networks: face tracker for the crop, M1 and M2 in libtorch. Throws
/// InputError that names what is missing or does not fit.
ShadowParts liveportrait_engine(const LivePortraitEngineOptions& options);

/// Whether the folder has a file of each of its networks, whatever is in it: throws InputError that names what is
/// missing.
void check_liveportrait_files(const std::filesystem::path& models);

}  // namespace vividface
