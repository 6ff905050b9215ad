#pragma once

#include <filesystem>
#include <string_view>

namespace vividface {

/// Where a file that comes with the project lies, such as "config/ameca.json" or "models/mapping_mesh.safetensors".
/// Looked for below $VIVIDFACE_HOME, then beside the source tree that the program was built from.
/// Throws InputError when it is in neither.
std::filesystem::path resource(std::string_view relative);

/// The same for what scripts/setup fetched: "mediapipe/face_landmark.tflite", "makehuman/3dobjs/base.obj".
/// Looked for below $VIVIDFACE_THIRD_PARTY, then where the program was configured to find it.
/// Throws InputError that names scripts/setup when it is missing.
std::filesystem::path third_party(std::string_view relative);

}  // namespace vividface
