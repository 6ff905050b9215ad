#include "face/face_tracker.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "face/detector.h"
#include "face/models.h"
#include "face/network.h"
#include "face/region.h"

namespace vividface {
namespace {

constexpr int kMostLooks = 4;           // at one frame, until the mesh lies where it was looked for
constexpr float kNear = 1 / 3.f;        // of the region's size, half a face: where a lost face is looked for at first
constexpr float kNearChosen = 2 / 3.f;  // a face: where a chosen one is, however long it is lost
constexpr float kSettled = 0.05f;       // of the region's size, and radians: a mesh that moved less is right
constexpr float kSteady = 0.03f;        // the same: a region that was right stays, or its jitter would be the mesh's
constexpr int kSearchesNearLast = 10;   // frames in which a lost face is looked for only where it was
constexpr int kMaxSide = 32766;         // of a frame: cv::warpAffine's coordinates are 16 bits
constexpr float kSmallestRegion = 8;    // pixels: there is no face to see in less
constexpr float kLargestRegion = 4;     // of the frame's longer side: a region that runs away is no face

bool usable(const cv::Mat& bgr) {
  return !bgr.empty() && bgr.dims == 2 && bgr.type() == CV_8UC3 && bgr.cols <= kMaxSide && bgr.rows <= kMaxSide;
}

bool plausible(const Region& region, const cv::Mat& frame) {
  const float longest = static_cast<float>(std::max(frame.cols, frame.rows));
  return std::isfinite(region.centre.x) && std::isfinite(region.centre.y) && std::isfinite(region.angle) &&
         region.size >= kSmallestRegion && region.size <= kLargestRegion * longest &&
         cv::Rect2f({0, 0}, cv::Size2f(frame.size())).contains(region.centre);
}

float distance(const Region& region, const Detection& face) {
  return static_cast<float>(cv::norm(face_region(face).centre - region.centre));
}

/// From the point to the box, then to its centre; in pixels of the frame.
std::pair<float, double> distance(cv::Point2f point, const Detection& face) {
  const cv::Point2f low = face.box.tl(), high = face.box.br();
  const cv::Point2f nearest(std::clamp(point.x, low.x, high.x), std::clamp(point.y, low.y, high.y));
  return {static_cast<float>(cv::norm(point - nearest)), cv::norm(point - (low + high) / 2)};
}

bool near(const Region& before, const Region& after, float limit) {
  const float turn = std::remainder(after.angle - before.angle, 2 * std::numbers::pi_v<float>);
  return cv::norm(after.centre - before.centre) < limit * before.size &&
         std::abs(after.size - before.size) < limit * before.size && std::abs(turn) < limit;
}

/// `crop` is scratch memory.
void show(const cv::Mat& bgr, const Region& region, cv::Mat& crop, cv::Mat& rgb) {
  cv::warpAffine(bgr, crop, region.to_frame(static_cast<float>(rgb.cols)), rgb.size(),
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  cv::cvtColor(crop, rgb, cv::COLOR_BGR2RGB);
}

cv::Point2f to_frame(const cv::Matx23f& matrix, float x, float y) {
  const cv::Vec2f point = matrix * cv::Vec3f(x, y, 1);
  return {point[0], point[1]};
}

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

struct FaceTracker::Impl {
  FaceTrackerOptions options;
  FaceDetector detector;
  Network mesh;
  std::optional<Region> followed;   // where the followed face will be in the next frame
  std::optional<Region> last_seen;  // where a lost face was
  int searches = 0;                 // frames since it was lost
  std::optional<cv::Point2f> wish;  // the face here is to be followed, 0…1 of the picture
  bool is_chosen = false;           // the followed or lost face is one that was wished for
  FaceObservation face;
  cv::Mat crop;

  explicit Impl(const FaceTrackerOptions& o) : options(o), detector(o.min_detection), mesh(mesh_model()) {}

  bool see_mesh(const cv::Mat& bgr, const Region& region);
  bool settle(const cv::Mat& bgr, Region region);
  bool follow(const cv::Mat& bgr);
  std::vector<Detection> candidates(const cv::Mat& bgr);
  bool find(const cv::Mat& bgr);
};

/// Fills in the mesh and where to look next; false when the region shows no face.
bool FaceTracker::Impl::see_mesh(const cv::Mat& bgr, const Region& region) {
  if (!plausible(region, bgr)) return false;
  show(bgr, region, crop, mesh.input());
  mesh.run();
  face.presence = sigmoid(mesh.output(1)[0]);
  if (!(face.presence >= options.min_presence)) return false;

  const auto matrix = region.to_frame(kMeshSide);
  const auto points = mesh.output(0);
  for (int i = 0; i < kMeshPointCount; ++i) {
    const auto at = to_frame(matrix, points[3 * i], points[3 * i + 1]);
    face.mesh[i] = {at.x, at.y, points[3 * i + 2] * region.size / kMeshSide};
  }
  followed = face_region(face);
  if (near(region, *followed, kSteady)) followed = region;

  const auto refined = [&](int output, std::size_t i) {
    const auto values = mesh.output(output);
    return to_frame(matrix, values[2 * i], values[2 * i + 1]);
  };
  for (std::size_t i = 0; i < kLipPoints.size(); ++i) {
    const cv::Point2f at = refined(2, i);
    face.mesh[kLipPoints[i]].x = at.x;
    face.mesh[kLipPoints[i]].y = at.y;
  }
  for (int side = 0; side < 2; ++side) {
    EyeObservation& eye = face.eyes[side];
    for (std::size_t i = 0; i < eye.contour.size(); ++i) {
      eye.contour[i] = refined(3 + side, i);
      cv::Point3f& point = face.mesh[kEyePoints[side][i]];  // lids, brows and what is around: the mesh lags behind them
      point.x = eye.contour[i].x;
      point.y = eye.contour[i].y;
    }
    for (std::size_t i = 0; i < eye.iris.size(); ++i) eye.iris[i] = refined(5 + side, i);
  }
  return plausible(*followed, bgr);
}

/// Looks again where the mesh was found until it stays: the mesh of a head that jumped within the region lies wrong at
/// first, such as its eyes on the forehead.
bool FaceTracker::Impl::settle(const cv::Mat& bgr, Region region) {
  for (int look = 0; look < kMostLooks; ++look) {
    if (!see_mesh(bgr, region)) return false;
    if (near(region, *followed, kSettled)) break;
    region = *followed;
  }
  return true;
}

bool FaceTracker::Impl::follow(const cv::Mat& bgr) {
  if (!followed) return false;
  const Region region = *followed;
  if (settle(bgr, region)) return true;
  followed.reset();
  last_seen = region;
  searches = 0;
  return false;
}

/// The largest face; but just after a loss only the lost one, so that a bystander is not taken for it.
std::vector<Detection> FaceTracker::Impl::candidates(const cv::Mat& bgr) {
  std::vector<Detection> faces = detector.detect(bgr);
  if (wish) {
    const cv::Point2f point(wish->x * static_cast<float>(bgr.cols), wish->y * static_cast<float>(bgr.rows));
    std::ranges::stable_sort(faces, std::less{}, [&](const Detection& at) { return distance(point, at); });
  } else if (last_seen && (is_chosen || searches++ < kSearchesNearLast)) {
    const float reach = (is_chosen ? kNearChosen : kNear) * last_seen->size;
    std::erase_if(faces, [&](const Detection& at) { return !(distance(*last_seen, at) < reach); });
    std::ranges::stable_sort(faces, std::less{}, [&](const Detection& at) { return distance(*last_seen, at); });
  }
  return faces;
}

bool FaceTracker::Impl::find(const cv::Mat& bgr) {
  for (const Detection& detection : candidates(bgr)) {
    // From the region that following would use, so that a first frame is like any other.
    if (see_mesh(bgr, face_region(detection)) && settle(bgr, *followed)) {
      is_chosen = is_chosen || wish;
      wish.reset();
      last_seen.reset();
      return true;
    }
    followed.reset();
  }
  return false;
}

FaceTracker::FaceTracker(const FaceTrackerOptions& options) : impl_(std::make_unique<Impl>(options)) {}
FaceTracker::~FaceTracker() = default;

std::optional<FaceObservation> FaceTracker::track(const cv::Mat& bgr) {
  if (!usable(bgr) || !(impl_->follow(bgr) || impl_->find(bgr))) return std::nullopt;
  return impl_->face;
}

void FaceTracker::choose(std::optional<cv::Point2f> point) {
  reset();
  impl_->wish = point;
}

void FaceTracker::reset() {
  impl_->followed.reset();
  impl_->last_seen.reset();
  impl_->wish.reset();
  impl_->is_chosen = false;
}

}  // namespace vividface
