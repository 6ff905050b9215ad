#pragma once

namespace ov {
class Core;
}

namespace vividface {

/// Teaches `core` the three operations of MediaPipe's attention mesh that OpenVINO does not know: the square of
/// features around the landmarks of a part, and its points back in the picture.
/// https://github.com/google-ai-edge/mediapipe/tree/master/mediapipe/util/tflite/operations
void add_attention_mesh_ops(ov::Core& core);

}  // namespace vividface
