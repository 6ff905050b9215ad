#pragma once

#include <array>

/// Indices into FaceObservation::mesh of the points that the code names. Left and right are the subject's own.
namespace vividface {

inline constexpr int kMeshPointCount = 468;  ///< MediaPipe's face mesh

namespace mesh_point {

inline constexpr int kRightEyeOuter = 33, kRightEyeInner = 133;
inline constexpr int kLeftEyeOuter = 263, kLeftEyeInner = 362;

inline constexpr int kUpperLip = 13, kLowerLip = 14;  ///< where the lips meet, in the middle
inline constexpr int kRightMouthCorner = 61, kLeftMouthCorner = 291;
inline constexpr int kChin = 152, kNoseTip = 4;

/// By Side: left, right.
inline constexpr std::array<std::array<int, 4>, 2> kInnerBrow = {{{336, 285, 296, 295}, {107, 55, 66, 65}}};
inline constexpr std::array<std::array<int, 4>, 2> kOuterBrow = {{{300, 276, 293, 283}, {70, 46, 63, 53}}};

/// By Side: left, right.
inline constexpr std::array<std::array<int, 2>, 2> kEyeCorners = {
    {{kLeftEyeOuter, kLeftEyeInner}, {kRightEyeOuter, kRightEyeInner}}};
inline constexpr std::array<std::array<int, 3>, 2> kUpperLidMiddle = {{{387, 386, 385}, {160, 159, 158}}};
inline constexpr std::array<std::array<int, 3>, 2> kLowerLidMiddle = {{{373, 374, 380}, {144, 145, 153}}};
inline constexpr std::array<int, 2> kMouthCorner = {kLeftMouthCorner, kRightMouthCorner};
inline constexpr std::array<std::array<int, 2>, 2> kUpperLipSide = {{{269, 267}, {39, 37}}};
inline constexpr std::array<std::array<int, 2>, 2> kLowerLipSide = {{{405, 314}, {181, 84}}};
inline constexpr std::array<std::array<int, 2>, 2> kNostril = {{{278, 294}, {48, 64}}};
inline constexpr int kUpperLipEdge = 0, kLowerLipEdge = 17;  ///< where the red ends, in the middle

/// The face's outline from temple to temple, below the forehead.
inline constexpr std::array kJawLine = {127, 234, 93,  132, 58,  172, 136, 150, 149, 176, 148, 152,
                                        377, 400, 378, 379, 365, 397, 288, 361, 323, 454, 356};

/// Points that the skull moves and expressions hardly do: forehead, temples, eye corners, bridge of the nose.
inline constexpr std::array kSkull = {10,  151, 9,   8,  168, 6,  197, 195, 5,   33, 133, 263, 362, 127, 356, 234,
                                      454, 162, 389, 21, 251, 54, 284, 103, 332, 67, 297, 109, 338, 93,  323};

}  // namespace mesh_point

}  // namespace vividface
