#pragma once

#include "face/mesh_parts.h"
#include "face/network.h"

/// MediaPipe's models: what goes in and what comes out.
namespace vividface {

inline constexpr int kDetectorSide = 128, kMeshSide = 192;
inline constexpr std::size_t kDetectorAnchors = 896, kDetectorBoxFloats = 16;

/// Outputs: boxes with six points each, relative to the anchors; scores before the sigmoid.
inline NetworkSpec detector_model() {
  return {"mediapipe/face_detection_short_range.tflite",
          0xc1f06fad353891f2,
          {kDetectorSide, kDetectorSide},
          127.5f,
          127.5f,
          {{"regressors", kDetectorAnchors * kDetectorBoxFloats}, {"classificators", kDetectorAnchors}}};
}

/// Outputs: x, y, z of the mesh; presence before the sigmoid; x, y of the lips, then of the left and the right eye's
/// contour and iris. In pixels of the input. The file calls left what is left on the screen.
inline NetworkSpec mesh_model() {
  return {"mediapipe/face_landmark_with_attention.tflite",
          0xc86053651083e094,
          {kMeshSide, kMeshSide},
          0,
          255,
          {{"output_mesh_identity", 3 * kMeshPointCount},
           {"conv_faceflag", 1},
           {"output_lips", 2 * kLipPointCount},
           {"output_right_eye", 2 * kEyeContourCount},
           {"output_left_eye", 2 * kEyeContourCount},
           {"output_right_iris", 2 * kIrisPointCount},
           {"output_left_iris", 2 * kIrisPointCount}}};
}

/// The mesh without a closer look at lips and eyes: not used but as a yardstick of how fast a machine is.
inline NetworkSpec plain_mesh_model() {
  return {"mediapipe/face_landmark.tflite",
          0xebb5856924430d6f,
          {kMeshSide, kMeshSide},
          0,
          255,
          {{"conv2d_21", 3 * kMeshPointCount}, {"conv2d_31", 1}}};
}

}  // namespace vividface
