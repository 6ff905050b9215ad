#include "dataset/pose_bias_fit.h"

#include <Eigen/Cholesky>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/workers.h"
#include "dataset/robot_dataset.h"
#include "face/face_tracker.h"
#include "motion/face_mesh.h"
#include "motion/reference.h"
#include "render/robot_picture.h"

namespace vividface {
namespace {

constexpr int kSize = 320;              // of a picture, pixels
constexpr int kTestHead = 6;            // one head in so many is for the test
constexpr float kRidge = 1e-3f;         // a share of the number of pictures
constexpr float kLeastPresence = 0.8f;  // of the mesh model

/// One head in one pose: the polynomial of its turn, and what the tracker saw there and should not have.
struct Sample {
  PoseBias::Terms terms;
  Eigen::VectorXf values;
  bool test;
};

std::vector<IdentityTarget> draw_identity(Random& random) {
  std::vector<IdentityTarget> identity;
  constexpr std::array kOrigin = {"african", "asian", "caucasian"}, kAge = {"old", "young", "young"};
  for (int part = 0; part < 2; ++part) {
    const std::string age = kAge[random.below(3)], sex = random.chance(0.5f) ? "-male-" : "-female-";
    const std::string name = std::string("macrodetails/") + kOrigin[random.below(3)] + sex + age;
    identity.push_back({name, random.uniform(0.2f, 0.7f)});
  }
  return identity;
}

/// Tracks one head in many poses; one thread an object.
class HeadObserver {
 public:
  HeadObserver(const VirtualRobot& head, bool test) : head_(head), test_(test) {}

  std::optional<Sample> observe(Random random) {
    const PosedScene scene = draw_scene(random);
    RenderView frontal = scene.view;
    frontal.yaw = frontal.pitch = frontal.roll = 0;
    const std::optional<FaceObservation> first = track(frontal, scene.light);
    const std::optional<ReferenceShape> reference = first ? ReferenceShape::of(*first) : std::nullopt;
    const std::optional<FaceObservation> turned = reference ? track(scene.view, scene.light) : std::nullopt;
    if (!turned) return std::nullopt;

    Keypoints points, deformation;
    Motion motion;
    mesh_keypoints(*turned, points);
    if (!fit_motion(reference->canonical, FaceMesh::mediapipe().stable, points, motion)) return std::nullopt;
    deformation = motion.expression * motion.rotation.transpose();
    const auto eyes = [&](const FaceObservation& face, const Motion& seen) {
      std::array<EyeShape, 2> shapes;
      for (const Side side : {Side::left, Side::right}) {
        const auto s = static_cast<std::size_t>(side);
        shapes[s] = eye_shape(face.eyes[s], side, reference->canonical, seen);
      }
      return shapes;
    };
    const Sample sample{PoseBias::terms(motion.rotation) - PoseBias::terms(reference->motion.rotation),
                        PoseBias::values(deformation, eyes(*turned, motion), eyes(*first, reference->motion)), test_};
    if (!sample.values.allFinite()) return std::nullopt;
    return sample;
  }

 private:
  static PosedScene draw_scene(Random& random) {
    PosedScene scene;
    scene.view = RenderView::portrait(kSize);
    scene.view.distance *= random.uniform(0.65f, 1.1f);
    scene.view.yaw = random.uniform(-40, 40);
    scene.view.pitch = random.uniform(-28, 28);
    scene.view.roll = random.uniform(-20, 20);
    scene.light.key_direction[0] += random.uniform(-1.1f, 1.5f);
    scene.light.key_direction[1] += random.uniform(-0.5f, 0.5f);
    return scene;
  }

  std::optional<FaceObservation> track(const RenderView& view, const RenderLight& light) {
    const cv::Mat& picture = head_.draw(ControlTable::ameca().neutral(), view, light);
    tracker_.reset();
    std::optional<FaceObservation> face = tracker_.track(picture) ? tracker_.track(picture) : std::nullopt;
    if (face && face->presence < kLeastPresence) return std::nullopt;
    return face;
  }

  RobotPicture head_;
  bool test_;
  FaceTracker tracker_;
};

PoseBias solve(const std::vector<Sample>& samples) {
  constexpr int kTerms = PoseBias::kTermCount;
  Eigen::Matrix<double, kTerms, kTerms> square = Eigen::Matrix<double, kTerms, kTerms>::Zero();
  Eigen::MatrixXd right = Eigen::MatrixXd::Zero(kTerms, PoseBias::kValueCount);
  for (const Sample& sample : samples) {
    if (sample.test) continue;
    const Eigen::Matrix<double, kTerms, 1> terms = sample.terms.transpose().cast<double>();
    square += terms * terms.transpose();
    right += terms * sample.values.transpose().cast<double>();
  }
  square.diagonal().array() += kRidge * static_cast<double>(samples.size());
  return PoseBias(square.ldlt().solve(right).cast<float>());
}

PoseBiasError test(const std::vector<Sample>& samples, const PoseBias& bias) {
  constexpr Eigen::Index kMesh = PoseBias::eye_begin(Side::left);
  PoseBiasError error;
  double count = 0;
  const auto opening = [](const auto& values, Eigen::Index eye) {
    float sum = 0;
    for (int i = 1; i + 1 < kLidPointCount; ++i)
      sum += values(eye + 2 * (kUpperLid + i) + 1) - values(eye + 2 * (kLowerLid + i) + 1);
    return sum / (kLidPointCount - 2);
  };
  for (const Sample& sample : samples) {
    if (!sample.test) continue;
    const Eigen::VectorXf left = sample.values - (sample.terms * bias.coefficients()).transpose();
    const auto add = [&](const Eigen::VectorXf& values, double& mesh, double& lids, double& iris) {
      mesh += values.head(kMesh).squaredNorm() / kMeshPointCount;
      for (const Side side : {Side::left, Side::right}) {
        const Eigen::Index eye = PoseBias::eye_begin(side);
        lids += 0.5 * std::pow(opening(values, eye), 2);
        iris += 0.5 * values.segment<2>(eye + PoseBias::kIris).squaredNorm();
      }
    };
    add(sample.values, error.mesh_before, error.opening_before, error.iris_before);
    add(left, error.mesh_after, error.opening_after, error.iris_after);
    ++count;
  }
  for (double* sum : {&error.mesh_before, &error.mesh_after, &error.opening_before, &error.opening_after,
                      &error.iris_before, &error.iris_after})
    *sum = std::sqrt(*sum / std::max(count, 1.0));
  return error;
}

}  // namespace

PoseBiasFit fit_pose_bias(const PoseBiasFitOptions& options) {
  // One job is one head: a renderer and a tracker are dear to make.
  const auto heads = static_cast<std::size_t>(options.identities), each = (options.count + heads - 1) / heads;
  std::vector<std::vector<Sample>> by_head(heads);
  run_workers("dataset pose-bias", heads, 0, options.threads, [&] {
    return [&](std::size_t head) {
      Random identity(options.seed, head);
      // The first is the robot's own face.
      const VirtualRobot robot(head == 0 ? std::vector<IdentityTarget>() : draw_identity(identity));
      HeadObserver observer(robot, head % kTestHead == kTestHead - 1);
      for (std::size_t i = 0; i < each; ++i)
        if (auto sample = observer.observe(Random(options.seed, heads + head * each + i)))
          by_head[head].push_back(std::move(*sample));
    };
  });
  std::vector<Sample> samples;
  for (auto& some : by_head) std::move(some.begin(), some.end(), std::back_inserter(samples));
  if (samples.size() < options.count / 2)
    throw std::runtime_error("a face was found in " + std::to_string(samples.size()) + " of " +
                             std::to_string(options.count) + " pictures only");
  PoseBiasFit fit{solve(samples), {}};
  fit.error = test(samples, fit.bias);
  return fit;
}

}  // namespace vividface
