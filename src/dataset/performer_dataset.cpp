#include "dataset/performer_dataset.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/output_file.h"
#include "base/workers.h"
#include "dataset/performer.h"
#include "dataset/performer_painter.h"
#include "dataset/performer_scene.h"
#include "dataset/sampling.h"
#include "dataset/set_folder.h"
#include "render/robot_picture.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

constexpr int kPerformerFormat = 4;  // of the set: what one seed means changes with it
constexpr int kCanonicalQuality = 92;
// Who is filmed faces the camera more than a robot's joints go: half the turn, and the camera stands aside as well.
constexpr float kHeadTurn = 0.5f;
constexpr std::uint64_t kClipStream = 0x636c6970, kFrameStream = 0x6672616d65, kNeutralStream = 0x72657374;

std::string clip_name(std::size_t clip) {
  std::array<char, 24> name{};
  std::snprintf(name.data(), name.size(), "%06zu", clip);
  return name.data();
}

std::string frame_name(std::size_t clip, std::size_t frame) {
  std::array<char, 8> number{};
  std::snprintf(number.data(), number.size(), "-%02zu.jpg", frame);
  return clip_name(clip) + number.data();
}

/// Whose face a clip shows. Every split has its share of the clips.
std::size_t draw_identity(const PerformerCast& cast, Random& random) {
  const float lot = random.uniform();
  const auto& numbers = cast.of(lot < 0.84f ? Split::train : lot < 0.92f ? Split::val : Split::test);
  return numbers[random.below(numbers.size())];
}

/// The set's plan: what is on each picture, without drawing it.
class Plan {
 public:
  explicit Plan(const PerformerDatasetOptions& options) : options_(options), clip_(options.clip) {}

  std::size_t clips() const { return (options_.count + clip_ - 1) / clip_; }
  std::size_t frames(std::size_t clip) const { return std::min(clip_, options_.count - clip * clip_); }
  Random random_of_clip(std::size_t clip) const { return {options_.seed ^ kClipStream, clip}; }
  Random random_of_frame(std::size_t clip, std::size_t frame) const {
    return {options_.seed ^ kFrameStream, clip * clip_ + frame};
  }
  std::size_t identity(std::size_t clip) const {
    Random random = random_of_clip(clip);
    return draw_identity(cast, random);
  }
  ControlVector controls(std::size_t clip, std::size_t frame) const {
    Random random(options_.seed, clip * clip_ + frame);
    ControlVector controls = sampler.sample(random);
    const ControlVector straight = without_head_pose(controls);
    for (std::size_t i = 0; i < kControlCount; ++i) controls[i] = straight[i] + kHeadTurn * (controls[i] - straight[i]);
    return controls;
  }
  bool is_there(std::size_t clip, std::size_t frame) const {
    const std::string name = frame_name(clip, frame);
    return fs::exists(options_.folder / "images" / name) && fs::exists(options_.folder / "canonical" / name);
  }
  std::string last_picture() const { return frame_name((options_.count - 1) / clip_, (options_.count - 1) % clip_); }
  fs::path neutral(std::size_t clip) const { return options_.folder / "neutral" / (clip_name(clip) + ".jpg"); }
  bool is_whole(std::size_t clip) const {
    for (std::size_t frame = 0; frame < frames(clip); ++frame)
      if (!is_there(clip, frame)) return false;
    return fs::exists(neutral(clip));
  }

  PerformerCast cast;
  ControlSampler sampler;

 private:
  const PerformerDatasetOptions& options_;
  std::size_t clip_;
};

/// Draws clips one after the other; one thread an object.
class ClipPainter {
 public:
  ClipPainter(const PerformerDatasetOptions& options, const Plan& plan, const VirtualRobot& robot,
              const VirtualRobot& person)
      : options_(options), plan_(plan), robot_(robot), people_(person.topology()) {}

  void paint(std::size_t clip) {
    Random random = plan_.random_of_clip(clip);
    const Performer performer = plan_.cast.performer(draw_identity(plan_.cast, random));
    people_.take_on(performer, options_.size, random);
    if (!fs::exists(plan_.neutral(clip))) {
      Random noise(options_.seed ^ kNeutralStream, clip);
      draw_person(plan_.neutral(clip), ControlTable::ameca().neutral(), people_.scene(), noise);
    }
    for (std::size_t frame = 0; frame < plan_.frames(clip); ++frame) {
      if (plan_.is_there(clip, frame)) continue;
      const ControlVector controls = plan_.controls(clip, frame);
      const std::string name = frame_name(clip, frame);
      Random moment = plan_.random_of_frame(clip, frame);
      draw_person(options_.folder / "images" / name, controls, moments_later(people_.scene(), moment), moment);
      draw_robot(options_.folder / "canonical" / name, without_head_pose(controls));
    }
  }

 private:
  void draw_person(const fs::path& path, const ControlVector& controls, const PerformerScene& scene, Random& random) {
    write_picture(path, people_.draw(controls, scene, random), scene.sensor.jpeg_quality);
  }

  void draw_robot(const fs::path& path, const ControlVector& controls) {
    write_picture(path, robot_.draw(controls, RenderView::canonical(options_.canonical_size)), kCanonicalQuality);
  }

  const PerformerDatasetOptions& options_;
  const Plan& plan_;
  RobotPicture robot_;
  PerformerPainter people_;
};

std::string units_field(const VirtualRobot& robot, const ControlVector& controls) {
  std::string field = "\"{";
  for (const auto& [unit, weight] : robot.units(controls)) {
    if (std::abs(weight) < 0.0005f) continue;
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s\"\"%s\"\": %.3f", field.size() > 2 ? ", " : "", unit.c_str(),
                  static_cast<double>(weight));
    field += text.data();
  }
  return field + "}\"";
}

}  // namespace

void render_performer_dataset(const PerformerDatasetOptions& options) {
  claim_set_folder(options.folder,
                   {{"format", kPerformerFormat},
                    {"performers", true},
                    {"config", config_hash({"ameca", "dataset_sampling", "performers", "virtual_robot"})},
                    {"seed", options.seed},
                    {"size", options.size},
                    {"canonical_size", options.canonical_size},
                    {"clip", options.clip}});
  for (const char* part : {"images", "neutral", "canonical"}) fs::create_directories(options.folder / part);
  const Plan plan(options);
  refuse_to_shrink(options.folder, options.count, plan.last_picture());
  std::vector<std::size_t> missing;
  for (std::size_t clip = 0; clip < plan.clips(); ++clip)
    if (!plan.is_whole(clip)) missing.push_back(clip);
  const VirtualRobot robot, person({}, HeadParts::person);
  run_workers("dataset render", missing.size(), plan.clips() - missing.size(), options.threads, [&] {
    const auto painter = std::make_shared<ClipPainter>(options, plan, robot, person);
    return [&, painter](std::size_t k) { painter->paint(missing[k]); };
  });

  std::string csv = "img_path,ctrl_values,split,identity,units\n";
  for (std::size_t clip = 0; clip < plan.clips(); ++clip) {
    const std::size_t identity = plan.identity(clip);
    for (std::size_t frame = 0; frame < plan.frames(clip); ++frame) {
      const ControlVector controls = plan.controls(clip, frame);
      csv += "images/" + frame_name(clip, frame) + ',' + controls_field(controls) + ',' +
             name_of(plan.cast.split(identity)) + ',' + std::to_string(identity) + ',' + units_field(robot, controls) +
             '\n';
    }
  }
  OutputFile(options.folder / "index.csv").commit(csv);
}

}  // namespace vividface
