#include "dataset/animated_dataset.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/fnv1a.h"
#include "base/output_file.h"
#include "base/resources.h"
#include "base/workers.h"
#include "camera/jpeg.h"
#include "checkpoint/safetensors.h"
#include "dataset/robot_dataset.h"
#include "dataset/set_folder.h"
#include "face/face_tracker.h"
#include "render/robot_picture.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

constexpr int kJpegQuality = 92;

std::vector<fs::path> picture_names(const fs::path& folder) {
  const fs::path images = folder / "images";
  if (!fs::is_directory(images)) {
    throw InputError(folder.string() +
                     " has no images folder; expected a set such as 'vividface dataset render' makes");
  }
  std::vector<fs::path> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(images)) {
    if (entry.path().extension() == ".jpg" && !entry.path().filename().string().starts_with(".")) {
      names.push_back(entry.path().filename());
    }
  }
  if (names.empty()) throw InputError(images.string() + " holds no .jpg pictures");
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::size_t> index_of(const fs::path& name) {
  const std::string stem = name.stem().string();
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), index);
  if (error != std::errc() || end != stem.data() + stem.size()) return std::nullopt;
  return index;
}

std::vector<char> read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Says how the folder's pictures are made, or refuses one whose are made otherwise.
void claim_folder(const AnimatedDatasetOptions& options, const fs::path& robot) {
  const fs::path path = options.folder / "animated" / "animated.json";
  const nlohmann::json ours = {
      {"size", options.size}, {"wrinkles", options.transfer.wrinkles}, {"robot", fnv1a(read_bytes(robot))}};
  if (fs::exists(path)) {
    std::ifstream file(path);
    const nlohmann::json theirs = nlohmann::json::parse(file, nullptr, false);
    if (theirs == ours) return;
    throw InputError(path.parent_path().string() + " holds pictures made with " + theirs.dump() + ", not " +
                     ours.dump() + ": give the same options, or remove the folder");
  }
  OutputFile(path).commit(ours.dump() + "\n");
}

/// NAME.safetensors, where `path` is NAME.jpg.
void write_motion(fs::path path, std::span<const float> motion) {
  const TensorView view{TensorType::f32, {static_cast<std::int64_t>(motion.size())}, std::as_bytes(motion)};
  write_safetensors(path.replace_extension(".safetensors"), {{"motion", view}});
}

/// Animates pictures one after the other; one thread an object.
class Animator {
 public:
  Animator(const AnimatedDatasetOptions& options, const RobotFace& face, const std::optional<RobotDatasetOptions>& set,
           const VirtualRobot* robot, const fs::path& first)
      : options_(options), set_(set), transfer_(face, options.transfer), first_(first) {
    if (robot != nullptr) robot_.emplace(*robot);
  }

  /// False when there is no face in the picture or its reference.
  bool animate(const fs::path& name) {
    if (!take_reference(name) || !read(options_.folder / "images" / name)) return false;
    const std::optional<FaceObservation> face = track();
    if (!face) return false;
    const std::optional<AnimatedFrame> frame = transfer_.animate(picture_, *face);
    if (!frame) return false;
    cv::resize(frame->image, small_, {options_.size, options_.size}, 0, 0, cv::INTER_AREA);
    cv::cvtColor(frame->person, person_, cv::COLOR_GRAY2BGR);
    write_picture(options_.folder / "person" / name, person_, kJpegQuality);
    write_motion(options_.folder / "motion" / name, frame->motion);
    write_picture(options_.folder / "animated" / name, small_, kJpegQuality);  // last: it says that the row is done
    return true;
  }

 private:
  bool take_reference(const fs::path& name) {
    if (const fs::path own = own_neutral(name); !own.empty()) {
      if (own == reference_) return true;
      reference_.clear();
      if (!read(own) || !track_reference()) return false;
      reference_ = own;
      return true;
    }
    if (const std::optional<std::size_t> index = index_of(name); robot_ && index) {
      const PosedScene scene = posed_scene(*set_, *index);
      robot_->draw(ControlTable::ameca().neutral(), scene.view, scene.light).copyTo(picture_);
    } else {
      if (first_ == reference_) return true;
      reference_.clear();
      if (!read(first_) || !track_reference()) return false;
      reference_ = first_;
      return true;
    }
    reference_.clear();
    return track_reference();
  }

  /// The picture's own neutral, or its clip's; empty when it has neither.
  fs::path own_neutral(const fs::path& name) const {
    const std::string stem = name.stem().string();
    for (const std::string& of : {stem, stem.substr(0, stem.rfind('-'))}) {
      fs::path path = options_.folder / "neutral" / (of + ".jpg");
      if (fs::exists(path)) return path;
    }
    return {};
  }

  bool track_reference() {
    const std::optional<FaceObservation> face = track();
    if (face) transfer_.set_reference(picture_, *face);
    return face && transfer_.has_reference();
  }

  bool read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    return decoder_.decode(bytes_, picture_);
  }

  // Nothing of another picture is used; the second look takes its region from the first one's landmarks, as in a
  // stream.
  std::optional<FaceObservation> track() {
    tracker_.reset();
    return tracker_.track(picture_) ? tracker_.track(picture_) : std::nullopt;
  }

  const AnimatedDatasetOptions& options_;
  const std::optional<RobotDatasetOptions>& set_;
  MeshTransfer transfer_;
  fs::path first_;
  fs::path reference_;  // the file that M1's reference was taken from, if it was a file
  FaceTracker tracker_;
  JpegDecoder decoder_;
  std::optional<RobotPicture> robot_;  // of a set that was rendered
  std::vector<std::uint8_t> bytes_;
  cv::Mat picture_, small_, person_;
};

}  // namespace

void animate_dataset(const AnimatedDatasetOptions& options) {
  const std::vector<fs::path> names = picture_names(options.folder);
  const fs::path robot_picture = options.robot.empty() ? resource("assets/robot_neutral.png") : options.robot;
  const RobotFace face = RobotFace::load(robot_picture);
  const std::optional<RobotDatasetOptions> set = read_robot_set(options.folder);
  std::optional<VirtualRobot> robot;
  if (set) robot.emplace();
  for (const char* made : {"animated", "motion", "person"}) fs::create_directories(options.folder / made);

  claim_folder(options, robot_picture);
  std::vector<fs::path> missing;
  for (const fs::path& name : names) {
    const bool whole = fs::exists(options.folder / "animated" / name) && fs::exists(options.folder / "person" / name);
    if (!whole) missing.push_back(name);
  }
  std::mutex mutex;  // guards without_face
  std::vector<std::string> without_face;
  cv::setNumThreads(1);  // a picture is one thread's work
  const std::size_t done = names.size() - missing.size();
  run_workers("dataset animate", missing.size(), done, options.threads, [&] {
    const auto animator = std::make_shared<Animator>(options, face, set, robot ? &*robot : nullptr,
                                                     options.folder / "images" / names.front());
    return [&, animator](std::size_t k) {
      if (animator->animate(missing[k])) return;
      const std::lock_guard lock(mutex);
      without_face.push_back(missing[k].string());
    };
  });

  std::sort(without_face.begin(), without_face.end());
  std::string list;
  for (const std::string& name : without_face) list += name + '\n';
  OutputFile(options.folder / "animated" / "without_face.txt").commit(list);
}

}  // namespace vividface
