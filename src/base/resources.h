#pragma once

#include <filesystem>
#include <string_view>

namespace vividface {

/// Where a file that comes with the project lies, such as "config/ameca.json" or "models/mapping_mesh.safetensors".
/// Looked for below $VIVIDFACE_HOME, then in share/vividface of where the program is installed, then in the source tree
/// that it was built from.
/// Throws InputError when it is in neither.
std::filesystem::path resource(std::string_view relative);

/// The same for what scripts/setup fetched: "mediapipe/face_landmark.tflite", "makehuman/3dobjs/base.obj".
/// Looked for below $VIVIDFACE_THIRD_PARTY, then in share/vividface/third_party of where the program is installed, then
/// where it was configured to be.
/// Throws InputError that names scripts/setup when it is missing.
std::filesystem::path third_party(std::string_view relative);

}  // namespace vividface
