#include "transfer/mesh/mesh_transfer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "face/mesh_parts.h"
#include "face/mesh_points.h"
#include "motion/eyelids.h"
#include "motion/face_mesh.h"
#include "motion/head_pose.h"
#include "motion/pose_bias.h"
#include "motion/reference.h"
#include "transfer/mesh/eye_painter.h"
#include "transfer/mesh/mesh_warp.h"
#include "transfer/mesh/mouth_painter.h"
#include "transfer/mesh/unturned_face.h"
#include "transfer/mesh/wrinkles.h"

namespace vividface {
namespace {

// Rings around the face's oval, as multiples of its distance from the face's centre, and how much they go along with
// it: the neck and the brow's surroundings give way smoothly.
constexpr std::array kRings = {std::pair{1.18f, 0.5f}, std::pair{1.5f, 0.0f}};

constexpr float kLargestDeformation = 4;  // centimetres: more is a tracking error
constexpr float kWidestOpening = 0.75f;   // of an eye, per eye width
constexpr float kFurthestIris = 0.42f;    // from the eye's middle, per eye width
constexpr float kLeastGap = 0.1f;         // centimetres between the lips
constexpr float kGazeGain = 1.4f;         // the tracked iris falls short when the iris nears the corner
constexpr std::array kChinPoints = {152, 148, 377, 176, 400};
constexpr int kLipPairs = 9;  // of the inner lips' points, between the corners

// The opening and the ring of skin around it are where the closer look at the eyes sees them.
constexpr int kRefinedEyeCount = 32;

// How the lids meet: this part of the opening above the lower lid.
constexpr float kSeam = 0.2f;

std::vector<std::array<int, 3>> with_surroundings(const FaceMesh& mesh) {
  std::vector<std::array<int, 3>> triangles;
  const int count = static_cast<int>(mesh.oval.size());
  for (int ring = static_cast<int>(kRings.size()) - 1; ring >= 0; --ring) {
    for (int i = 0; i < count; ++i) {
      const int j = (i + 1) % count, outer = kMeshPointCount + ring * count;
      const int inner_i = ring == 0 ? mesh.oval[i] : outer - count + i,
                inner_j = ring == 0 ? mesh.oval[j] : outer - count + j;
      triangles.push_back({inner_i, outer + i, outer + j});
      triangles.push_back({inner_i, outer + j, inner_j});
    }
  }
  triangles.insert(triangles.end(), mesh.triangles.begin(),
                   mesh.triangles.end());  // the face lies over its surroundings
  return triangles;
}

cv::Point2f oval_centre(const FaceMesh& mesh, std::span<const cv::Point2f> points) {
  cv::Point2f sum;
  for (const int i : mesh.oval) sum += points[i];
  return sum / static_cast<float>(mesh.oval.size());
}

// How large the mesh's surroundings of each point are: mean length of the edges nearby, smoothed over the mesh.
std::vector<float> local_size(const FaceMesh& mesh, const Keypoints& shape) {
  std::vector<float> size(kMeshPointCount), next(kMeshPointCount), count(kMeshPointCount);
  auto for_each_edge = [&](auto visit) {
    for (const auto& t : mesh.triangles) {
      for (int k = 0; k < 3; ++k) visit(t[k], t[(k + 1) % 3]);
    }
  };
  for_each_edge([&](int a, int b) {
    const float length = (shape.row(a) - shape.row(b)).head<2>().norm();
    for (const int i : {a, b}) size[i] += length, count[i] += 1;
  });
  for (int i = 0; i < kMeshPointCount; ++i) size[i] /= count[i];
  for (int pass = 0; pass < 6; ++pass) {
    next = size;
    std::fill(count.begin(), count.end(), 1.0f);
    for_each_edge([&](int a, int b) {
      next[a] += size[b], next[b] += size[a];
      count[a] += 1, count[b] += 1;
    });
    for (int i = 0; i < kMeshPointCount; ++i) size[i] = next[i] / count[i];
  }
  return size;
}

struct Eye {
  EyeFrame frame;
  EyeShape rest;
  LidRange lids;
};

}  // namespace

struct MeshTransfer::Impl {
  const FaceMesh& mesh = FaceMesh::mediapipe();
  const PoseBias& pose_bias = PoseBias::tracker();
  MeshTransferOptions options;
  cv::Mat picture;

  // The robot, fixed.
  ReferenceShape robot;
  std::array<Eye, 2> robot_eyes;
  std::vector<cv::Point2f> rest;  // mesh points and rings in the robot's picture
  std::vector<float> robot_size;
  std::unique_ptr<MeshWarp> warp;
  std::vector<EyePainter> eye_painters;
  std::unique_ptr<MouthPainter> mouth_painter;
  std::unique_ptr<Wrinkles> wrinkles;
  std::unique_ptr<UnturnedFace> unturned;

  // The person's reference.
  std::optional<ReferenceShape> person;
  std::array<Eye, 2> person_eyes;
  std::vector<float> proportion;  // robot to person, by point

  // Of one frame; here so that a frame allocates nothing.
  Motion motion;
  Keypoints points, deformation, resting;
  std::vector<cv::Point2f> driven, lips, at_rest;
  std::array<cv::Point2f, 2> iris;
  cv::Mat lit, result;
  std::array<float, kMeshMotionCount> keypoint_motion;  // what I_m's keypoints have, and the head's angles

  Impl(const RobotFace& face, const MeshTransferOptions& chosen) : options(chosen), picture(face.picture.clone()) {
    std::optional<ReferenceShape> shape = ReferenceShape::of(face.face);
    if (!shape) throw InputError("the robot's picture has no usable face; expected it frontal and neutral");
    robot = std::move(*shape);
    rest.resize(kMeshPointCount);
    for (int i = 0; i < kMeshPointCount; ++i) rest[i] = {face.face.mesh[i].x, face.face.mesh[i].y};
    for (int side = 0; side < 2; ++side) {
      const EyeObservation& eye = face.face.eyes[side];
      robot_eyes[side] = eye_of(eye, side, robot);
      for (int k = 0; k < kRefinedEyeCount; ++k) rest[kEyePoints[side][k]] = eye.contour[k];
      eye_painters.emplace_back(picture, eye, robot_eyes[side].frame);
    }
    // The robot's lips are shut: what the tracker sees between them is its error.
    for (const auto& [upper, lower] : lip_pairs()) rest[upper] = rest[lower] = 0.5f * (rest[upper] + rest[lower]);
    const cv::Point2f centre = oval_centre(mesh, rest);
    for (const auto& [distance, follow] : kRings) {
      for (const int i : mesh.oval) rest.push_back(centre + distance * (rest[i] - centre));
    }
    unturned = std::make_unique<UnturnedFace>(rest, with_surroundings(mesh), picture.size());
    robot_size = local_size(mesh, robot.canonical);
    wrinkles = std::make_unique<Wrinkles>(rest, picture.size(), WrinkleOptions{});
    mouth_painter = std::make_unique<MouthPainter>(0.5f * (rest[mesh_point::kUpperLip] + rest[mesh_point::kLowerLip]),
                                                   robot.motion.scale);
    warp = std::make_unique<MeshWarp>(rest, with_surroundings(mesh), picture.size());
    driven = rest;
    lips.resize(mesh.inner_lips.size());
    picture.copyTo(result);
  }

  static Eye eye_of(const EyeObservation& observed, int side, const ReferenceShape& shape) {
    Eye eye;
    eye.frame = eye_frame(observed, static_cast<Side>(side), shape.canonical, shape.motion);
    eye.rest = eye_shape(observed, static_cast<Side>(side), shape.canonical, shape.motion);
    eye.lids = LidRange::from_open(eye.rest.opening());
    return eye;
  }

  // The inner lips' points that lie above each other. Their ring begins at a corner and goes along the lower lip.
  std::array<std::pair<int, int>, kLipPairs> lip_pairs() const {
    std::array<std::pair<int, int>, kLipPairs> pairs;
    const std::size_t last = mesh.inner_lips.size() - 1;
    for (std::size_t i = 0; i < kLipPairs; ++i) pairs[i] = {mesh.inner_lips[last - i], mesh.inner_lips[1 + i]};
    return pairs;
  }

  // Where the reference's points and their surroundings would lie if the face only turned as it has.
  std::span<const cv::Point2f> resting_points(const Motion& head) {
    resting.noalias() = head.scale * person->canonical * head.rotation;
    resting.rowwise() += head.translation;
    at_rest.resize(rest.size());
    for (int i = 0; i < kMeshPointCount; ++i) at_rest[i] = {resting(i, 0), resting(i, 1)};
    const cv::Point2f centre = oval_centre(mesh, at_rest);
    std::size_t next = kMeshPointCount;
    for (const auto& [distance, follow] : kRings) {
      for (const int i : mesh.oval) at_rest[next++] = centre + distance * (at_rest[i] - centre);
    }
    return at_rest;
  }

  // The mesh points by the expression alone: the head's turn is taken out, lengths are the robot's.
  void drive_mesh() {
    // δ Rᵀ is the deformation in the head's own frame; the reference has none.
    deformation.noalias() = motion.expression * motion.rotation.transpose();
    pose_bias.subtract(motion.rotation, person->motion.rotation, deformation);
    const float scale = robot.motion.scale;
    for (int i = 0; i < kMeshPointCount; ++i) {
      Eigen::RowVector3f d = proportion[i] * deformation.row(i);
      d = d.cwiseMax(-kLargestDeformation).cwiseMin(kLargestDeformation) * robot.motion.rotation;
      driven[i] = rest[i] + scale * cv::Point2f(d.x(), d.y());
    }
    // Lips do not pass through each other, and a gap as small as the tracker's noise is none.
    const float least_gap = kLeastGap * scale;
    for (const auto& [upper, lower] : lip_pairs()) {
      const float gap = driven[lower].y - driven[upper].y;
      if (gap >= 4 * least_gap) continue;
      // 0 up to the least gap, then faster than the gap until it is whole.
      const float shown = std::max(0.0f, gap - least_gap) * 4 / 3;
      const float middle = 0.5f * (driven[lower].y + driven[upper].y);
      driven[upper].y = middle - 0.5f * shown;
      driven[lower].y = middle + 0.5f * shown;
    }
    int next = kMeshPointCount;
    for (const auto& [distance, follow] : kRings) {
      for (const int i : mesh.oval) {
        driven[next] = rest[next] + follow * (driven[i] - rest[i]);
        ++next;
      }
    }
  }

  // The lids: each lid's own movement, then opened or shut to the person's fraction.
  void drive_eye(int side, const EyeObservation& observed) {
    const Eye &own = robot_eyes[side], &reference = person_eyes[side];
    EyeShape now = eye_shape(observed, static_cast<Side>(side), person->canonical, motion);
    pose_bias.subtract(motion.rotation, person->motion.rotation, static_cast<Side>(side), now);
    const float proportion_of_eyes =
        std::clamp(own.rest.opening() / std::max(reference.rest.opening(), 0.05f), 0.5f, 2.0f);

    const float wanted =
        std::min(own.rest.opening() * std::max(0.0f, reference.lids.fraction(now.opening())), kWidestOpening);
    std::array<cv::Point2f, kEyeOpeningCount> opening = own.rest.contour;
    float mean = 0;
    for (int i = 0; i < kLidPointCount; ++i) {
      for (const int k : {kLowerLid + i, kUpperLid + i}) {
        const float moved = now.contour[k].y - reference.rest.contour[k].y;
        opening[k].y += std::clamp(proportion_of_eyes * moved, -kWidestOpening, kWidestOpening);
      }
      if (i > 0 && i + 1 < kLidPointCount)
        mean += (opening[kUpperLid + i].y - opening[kLowerLid + i].y) / (kLidPointCount - 2);
    }
    const float factor = mean > 0.02f ? std::clamp(wanted / mean, 0.0f, 3.0f) : 0.0f;
    for (int i = 0; i < kLidPointCount; ++i) {
      float &upper = opening[kUpperLid + i].y, &lower = opening[kLowerLid + i].y;
      const float seam = lower + kSeam * (upper - lower);
      upper = seam + factor * std::max(0.0f, upper - seam);
      lower = seam - factor * std::max(0.0f, seam - lower);
    }
    for (int k = 0; k < kEyeOpeningCount; ++k) driven[kEyePoints[side][k]] = own.frame.to_picture(opening[k]);

    cv::Point2f look = own.rest.iris + kGazeGain * (now.iris - reference.rest.iris);
    look.x = std::clamp(look.x, -kFurthestIris, kFurthestIris);
    look.y = std::clamp(look.y, -kFurthestIris, kFurthestIris);
    iris[side] = own.frame.to_picture(look);
  }

  void tell_motion(const cv::Matx33f& head_rotation) {
    const float width = static_cast<float>(picture.cols);
    float* next = keypoint_motion.data();
    const auto tell = [&](cv::Point2f now, cv::Point2f then) {
      *next++ = (now.x - then.x) / width;
      *next++ = (now.y - then.y) / width;
    };
    for (int i = 0; i < kMeshPointCount; ++i) tell(driven[i], rest[i]);
    for (int side = 0; side < 2; ++side)
      tell(iris[side], robot_eyes[side].frame.to_picture(robot_eyes[side].rest.iris));
    const HeadAngles angles = head_angles(head_rotation);
    for (const float degrees : {angles.yaw, angles.pitch, angles.roll})
      *next++ = degrees * std::numbers::pi_v<float> / 180;
  }

  void paint() {
    std::array<cv::Point2f, kEyeOpeningCount> opening;
    for (int side = 0; side < 2; ++side) {
      for (int k = 0; k < kEyeOpeningCount; ++k) opening[k] = driven[kEyePoints[side][k]];
      eye_painters[side].paint(result, opening, iris[side]);
    }
    cv::Point2f jaw;
    for (const int i : kChinPoints) jaw += (driven[i] - rest[i]) / static_cast<float>(kChinPoints.size());
    for (std::size_t i = 0; i < lips.size(); ++i) lips[i] = driven[mesh.inner_lips[i]];
    mouth_painter->paint(result, lips, jaw);
  }
};

MeshTransfer::MeshTransfer(const RobotFace& robot, const MeshTransferOptions& options)
    : impl_(std::make_unique<Impl>(robot, options)) {}

MeshTransfer::~MeshTransfer() = default;

void MeshTransfer::set_reference(const cv::Mat& bgr, const FaceObservation& face) {
  Impl& m = *impl_;
  m.person = bgr.type() == CV_8UC3 ? ReferenceShape::of(face) : std::nullopt;
  if (!m.person) return;
  for (int side = 0; side < 2; ++side) m.person_eyes[side] = Impl::eye_of(face.eyes[side], side, *m.person);
  m.proportion = local_size(m.mesh, m.person->canonical);
  for (int i = 0; i < kMeshPointCount; ++i) {
    m.proportion[i] = std::clamp(m.robot_size[i] / std::max(m.proportion[i], 1e-3f), 0.7f, 1.5f);
  }
  m.wrinkles->set_reference(bgr, face.mesh);
  if (m.options.person) m.unturned->set_reference(bgr, m.resting_points(m.person->motion));
}

bool MeshTransfer::has_reference() const { return impl_->person.has_value(); }

void MeshTransfer::set_eyelids(const EyelidEndpoints& lids) {
  for (int side = 0; side < 2; ++side) {
    Eye& eye = impl_->person_eyes[side];
    eye.lids = LidRange::from_open(eye.rest.opening(), lids, static_cast<Side>(side));
  }
}

std::optional<AnimatedFrame> MeshTransfer::animate(const cv::Mat& bgr, const FaceObservation& face) {
  Impl& m = *impl_;
  if (!m.person || !is_finite(face)) return std::nullopt;
  mesh_keypoints(face, m.points);
  if (!fit_motion(m.person->canonical, m.mesh.stable, m.points, m.motion)) return std::nullopt;
  m.drive_mesh();
  for (int side = 0; side < 2; ++side) m.drive_eye(side, face.eyes[side]);
  const bool lit = m.options.wrinkles && bgr.type() == CV_8UC3;
  if (lit) m.wrinkles->apply(bgr, face.mesh, m.picture, m.lit);
  m.warp->apply(lit ? m.lit : m.picture, m.driven, m.result);
  m.paint();
  const cv::Matx33f turn = relative_rotation(m.motion, m.person->motion);
  m.tell_motion(turn);
  const bool seen = m.options.person && bgr.type() == CV_8UC3;
  const cv::Mat person = seen ? m.unturned->lay_out(bgr, m.resting_points(m.motion)) : cv::Mat();
  return AnimatedFrame{m.result, turn, m.keypoint_motion, person};
}

}  // namespace vividface
