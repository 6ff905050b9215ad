#pragma once

#include "face/face_observation.h"
#include "face/network.h"

/// MediaPipe's three models: what goes in and what comes out.
namespace vividface {

inline constexpr int kDetectorSide = 128, kMeshSide = 192, kEyeSide = 64;
inline constexpr std::size_t kDetectorAnchors = 896, kDetectorBoxFloats = 16;

/// Outputs: boxes with six points each, relative to the anchors; scores before the sigmoid.
inline NetworkSpec detector_model() {
  return {"mediapipe/face_detection_short_range.tflite",
          0xc1f06fad353891f2,
          {kDetectorSide, kDetectorSide},
          1,
          127.5f,
          127.5f,
          {kDetectorAnchors * kDetectorBoxFloats, kDetectorAnchors}};
}

/// Outputs: x, y, z in pixels of the input; presence before the sigmoid.
inline NetworkSpec mesh_model() {
  return {"mediapipe/face_landmark.tflite", 0xebb5856924430d6f, {kMeshSide, kMeshSide}, 1, 0, 255,
          {3 * kMeshPointCount, 1}};
}

/// Both eyes. Outputs: x, y, z of the contour and of the iris in pixels of the input.
inline NetworkSpec iris_model() {
  return {"mediapipe/iris_landmark.tflite",           0x554a076a447a75f3, {kEyeSide, kEyeSide}, 2, 0, 255,
          {3 * kEyeContourCount, 3 * kIrisPointCount}};
}

}  // namespace vividface
