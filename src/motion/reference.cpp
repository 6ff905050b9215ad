#include "motion/reference.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "base/output_file.h"
#include "camera/picture.h"
#include "motion/eyelids.h"
#include "motion/face_mesh.h"
#include "motion/head_pose.h"

namespace vividface {
namespace {

constexpr const char* kFormat = "vividface reference 1";
constexpr const char* kFormatWithLids = "vividface reference 2";  // which programs that know no lids do not misread
constexpr int kWidestPicture = 640;
// Of the face's larger side, on each side: as far as the published square reaches (face/square_crop.h).
constexpr float kSurroundings = 0.55f;
constexpr std::uintmax_t kMaxFileBytes = 256 << 20;  // of a file from elsewhere

// Every point of an observation, in one fixed order: 468 of the mesh (x, y, z), then each eye's contour and iris (x,
// y).
template <typename Observation, typename Visit>
void for_each_coordinate(Observation& face, Visit visit) {
  for (auto& p : face.mesh) visit(p.x), visit(p.y), visit(p.z);
  for (auto& eye : face.eyes) {
    for (auto& p : eye.contour) visit(p.x), visit(p.y);
    for (auto& p : eye.iris) visit(p.x), visit(p.y);
  }
}

template <typename Move>
void move_points(FaceObservation& face, float scale, Move move) {
  for (cv::Point3f& p : face.mesh) {
    const cv::Point2f q = move(cv::Point2f(p.x, p.y));
    p = {q.x, q.y, p.z * scale};
  }
  for (EyeObservation& eye : face.eyes) {
    for (cv::Point2f& p : eye.contour) p = move(p);
    for (cv::Point2f& p : eye.iris) p = move(p);
  }
}

cv::Rect2f mesh_bounds(const FaceObservation& face) {
  cv::Point2f low(face.mesh[0].x, face.mesh[0].y), high = low;
  for (const cv::Point3f& p : face.mesh) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  return {low, high};
}

// nlohmann's CBOR reader calls itself at every level, so that hostile bytes go through the stack. This looks at the
// heads of the items alone (RFC 8949, section 3): complete, not deep, and as save writes them, of stated length and
// untagged.
void check_structure(std::span<const std::uint8_t> cbor) {
  constexpr std::size_t kDeepest = 8;
  std::vector<std::uint64_t> left = {1};  // items to come at each level
  const auto take = [&](std::uint64_t count) {
    if (count > cbor.size()) throw std::runtime_error("it is cut off");
    const auto taken = cbor.first(count);
    cbor = cbor.subspan(count);
    return taken;
  };
  while (!left.empty()) {
    if (left.back() == 0) {
      left.pop_back();
      continue;
    }
    --left.back();
    const std::uint8_t head = take(1)[0];
    const int major = head >> 5, info = head & 31;
    if (info > 27 || major == 6 || left.size() > kDeepest) throw std::runtime_error("it is of another structure");
    std::uint64_t value = info;
    if (info >= 24) {
      value = 0;
      for (const std::uint8_t byte : take(1u << (info - 24))) value = value << 8 | byte;
    }
    if (major == 2 || major == 3) take(value);  // bytes, text
    if (major == 4 || major == 5) {             // list, map
      if (value > cbor.size()) throw std::runtime_error("it is cut off");
      left.push_back(major == 5 ? 2 * value : value);
    }
  }
}

nlohmann::json lids_as_json(const EyelidEndpoints& lids) {
  nlohmann::json json = nlohmann::json::object();
  if (lids.shut) json["shut"] = *lids.shut;
  if (lids.wide) json["wide"] = *lids.wide;
  return json;
}

EyelidEndpoints lids_of(const nlohmann::json& json) {
  const auto endpoint = [&](const char* key) -> std::optional<EyelidEndpoints::PerEye> {
    if (!json.contains(key)) return std::nullopt;
    const auto values = json.at(key).get<std::vector<float>>();
    const auto is_opening = [](float value) {
      return value >= EyelidEndpoints::kLeast && value <= EyelidEndpoints::kMost;
    };
    if (values.size() != 2 || !std::all_of(values.begin(), values.end(), is_opening)) {
      throw std::runtime_error("its lids are none");
    }
    return EyelidEndpoints::PerEye{values[0], values[1]};
  };
  return {.shut = endpoint("shut"), .wide = endpoint("wide")};
}

// Moves `face` so that its mesh lies on that of `target`, up to what is not a similarity of the picture.
void align(FaceObservation& face, const FaceObservation& target) {
  cv::Point2f from, to;
  for (int i = 0; i < kMeshPointCount; ++i) {
    from += cv::Point2f(face.mesh[i].x, face.mesh[i].y);
    to += cv::Point2f(target.mesh[i].x, target.mesh[i].y);
  }
  from *= 1.0f / kMeshPointCount;
  to *= 1.0f / kMeshPointCount;
  float dot = 0, cross = 0, norm = 1e-9f;
  for (int i = 0; i < kMeshPointCount; ++i) {
    const cv::Point2f a = cv::Point2f(face.mesh[i].x, face.mesh[i].y) - from,
                      b = cv::Point2f(target.mesh[i].x, target.mesh[i].y) - to;
    dot += a.dot(b), cross += static_cast<float>(a.cross(b)), norm += a.dot(a);
  }
  const float c = dot / norm, s = cross / norm;
  move_points(face, std::hypot(c, s), [&](cv::Point2f p) {
    const cv::Point2f d = p - from;
    return cv::Point2f(c * d.x - s * d.y, s * d.x + c * d.y) + to;
  });
}

}  // namespace

Reference Reference::from_frame(const cv::Mat& bgr, const FaceObservation& face) {
  Reference reference{.picture = bgr, .face = face};
  if (is_finite(face)) {
    const cv::Rect2f box = mesh_bounds(face);
    const float margin = kSurroundings * std::max(box.width, box.height);
    const cv::Rect wanted(cv::Point(static_cast<int>(box.x - margin), static_cast<int>(box.y - margin)),
                          cv::Point(static_cast<int>(box.br().x + margin), static_cast<int>(box.br().y + margin)));
    const cv::Rect part = wanted & cv::Rect(0, 0, bgr.cols, bgr.rows);
    if (!part.empty()) {
      const float scale =
          std::min(1.0f, static_cast<float>(kWidestPicture) / static_cast<float>(std::max(part.width, part.height)));
      cv::resize(bgr(part), reference.picture, {}, scale, scale, cv::INTER_AREA);
      const cv::Point2f corner(static_cast<float>(part.x), static_cast<float>(part.y));
      // The centre of the first pixel stays the centre of the first pixel: hence the halves.
      const cv::Point2f half(0.5f, 0.5f);
      move_points(reference.face, scale, [&](cv::Point2f p) { return (p - corner + half) * scale - half; });
      return reference;
    }
  }
  reference.picture = bgr.clone();
  return reference;
}

Reference Reference::load(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file || size > kMaxFileBytes)
    throw InputError("cannot read the reference " + path.string() + ": no such file, not readable or too large");
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  return parse(bytes, path.string());
}

Reference Reference::parse(std::span<const std::uint8_t> cbor, const std::string& name) {
  try {
    check_structure(cbor);
    const nlohmann::json json = nlohmann::json::from_cbor(cbor.begin(), cbor.end());
    const auto format = json.at("format").get<std::string>();
    if (format != kFormat && format != kFormatWithLids) throw std::runtime_error("it is of another format");
    Reference reference;
    if (format == kFormatWithLids) reference.lids = lids_of(json.at("lids"));
    const auto points = json.at("points").get<std::vector<float>>();
    std::size_t next = 0;
    for_each_coordinate(reference.face, [&](float& value) { value = points.at(next++); });
    if (next != points.size()) throw std::runtime_error("it has too many points");
    reference.face.presence = json.at("presence").get<float>();
    if (!ReferenceShape::of(reference.face)) throw std::runtime_error("its points are no face");
    reference.picture = decode_picture(json.at("picture").get_binary());
    if (reference.picture.empty()) throw std::runtime_error("its picture cannot be decoded or is too large");
    return reference;
  } catch (const std::exception& error) {
    throw InputError(name + " is not a reference (" + error.what() + "); make one with --neutral calibrate");
  }
}

std::vector<std::uint8_t> Reference::to_cbor() const {
  std::vector<float> points;
  for_each_coordinate(face, [&](float value) { points.push_back(value); });
  std::vector<std::uint8_t> png;
  cv::imencode(".png", picture, png);
  nlohmann::json json = {
      {"format", kFormat}, {"points", points}, {"presence", face.presence}, {"picture", nlohmann::json::binary(png)}};
  if (lids != EyelidEndpoints()) {
    json["format"] = kFormatWithLids;
    json["lids"] = lids_as_json(lids);
  }
  return nlohmann::json::to_cbor(json);
}

void Reference::save(const std::filesystem::path& path, FileAccess access) const {
  const std::vector<std::uint8_t> bytes = to_cbor();
  OutputFile(path, access).commit({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::optional<ReferenceShape> ReferenceShape::of(const FaceObservation& face) {
  if (!is_finite(face)) return std::nullopt;
  const FaceMesh& mesh = FaceMesh::mediapipe();
  Keypoints points;
  mesh_keypoints(face, points);
  ReferenceShape shape;
  if (!fit_motion(mesh.canonical, mesh.stable, points, shape.motion)) return std::nullopt;
  // x_c = (x − t)/s Rᵀ, so that the person's own shape explains the reference frame without any δ.
  shape.canonical =
      ((points.rowwise() - shape.motion.translation) / shape.motion.scale) * shape.motion.rotation.transpose();
  shape.motion.expression.setZero();
  return shape;
}

std::string turned_away(const std::optional<FaceObservation>& face, float max_turn) {
  const std::optional<ReferenceShape> shape = face ? ReferenceShape::of(*face) : std::nullopt;
  if (!shape) return "no face in the picture";
  const HeadAngles angles = head_angles(relative_rotation(shape->motion, Motion{}));
  return std::abs(angles.yaw) > max_turn || std::abs(angles.pitch) > max_turn ? "look straight at the camera" : "";
}

std::string NeutralCalibration::add(const cv::Mat& bgr, const std::optional<FaceObservation>& face, double time) {
  const std::string refusal = [&]() -> std::string {
    if (std::string away = turned_away(face, limits_.max_turn); !away.empty()) return away;
    const ReferenceShape shape = ReferenceShape::of(*face).value();
    for (const Side side : {Side::left, Side::right}) {
      const EyeShape eye = eye_shape(face->eyes[static_cast<int>(side)], side, shape.canonical, shape.motion);
      if (!(eye.opening() > limits_.min_opening)) return "keep your eyes open";
    }
    if (!faces_.empty()) {
      const float limit = limits_.max_movement * mesh_bounds(*face).width;
      for (int i = 0; i < kMeshPointCount; ++i) {
        if (!(cv::norm(face->mesh[i] - faces_.back().mesh[i]) < limit)) return "hold still";
      }
    }
    return {};
  }();
  if (!refusal.empty()) {
    faces_.clear();
    return refusal;
  }
  if (faces_.empty()) start_ = time;
  last_ = time;
  faces_.push_back(*face);
  bgr.copyTo(picture_);
  return {};
}

double NeutralCalibration::progress() const {
  if (faces_.empty()) return 0;
  const double frames = static_cast<double>(faces_.size()) / limits_.min_frames;
  return std::clamp(std::min((last_ - start_) / limits_.seconds, frames), 0.0, 1.0);
}

std::optional<Reference> NeutralCalibration::result() const {
  if (progress() < 1) return std::nullopt;
  // Every frame is laid on the newest one, whose picture is kept, then the median is taken of each coordinate.
  std::vector<std::vector<float>> coordinates;
  for (FaceObservation face : faces_) {
    align(face, faces_.back());
    std::size_t next = 0;
    for_each_coordinate(face, [&](float value) {
      if (coordinates.size() <= next) coordinates.emplace_back();
      coordinates[next++].push_back(value);
    });
  }
  FaceObservation median = faces_.back();
  std::size_t next = 0;
  for_each_coordinate(median, [&](float& value) {
    std::vector<float>& all = coordinates[next++];
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
    value = all[all.size() / 2];
  });
  return Reference::from_frame(picture_, median);
}

}  // namespace vividface
