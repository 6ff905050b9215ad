#include "dataset/robot_dataset.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/output_file.h"
#include "base/workers.h"
#include "dataset/sampling.h"
#include "dataset/set_folder.h"
#include "render/robot_picture.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

constexpr int kRobotFormat = 2;                   // of the set: what one seed means changes with it
constexpr int kLeastSize = 16, kMostSize = 2048;  // of a picture, as the command takes them
constexpr int kRobotJpegQuality = 92;
constexpr std::uint64_t kSceneStream = 0x7363656e65;  // light and camera are drawn apart from the controls

fs::path picture_name(const char* folder, std::size_t index) {
  std::array<char, 24> name{};
  std::snprintf(name.data(), name.size(), "%06zu.jpg", index);
  return fs::path(folder) / name.data();
}

/// Files are renamed when whole, so one that is there is whole.
bool is_there(const fs::path& folder, std::size_t index) {
  return fs::exists(folder / picture_name("images", index)) && fs::exists(folder / picture_name("canonical", index));
}

RenderLight jittered_light(Random& random, float amount) {
  RenderLight light;
  light.key_direction[0] += random.uniform(-1.1f, 1.5f) * amount;
  light.key_direction[1] += random.uniform(-0.5f, 0.5f) * amount;
  light.key *= 1 + random.uniform(-0.3f, 0.2f) * amount;
  light.fill *= 1 + random.uniform(-0.6f, 0.6f) * amount;
  light.ambient *= 1 + random.uniform(-0.4f, 0.4f) * amount;
  return light;
}

RenderView jittered_portrait(Random& random, int size, bool frontal) {
  RenderView view = RenderView::portrait(size);
  view.distance *= random.uniform(0.65f, 0.95f);  // near enough that wrinkles are more than a pixel wide
  if (frontal) return view;
  view.yaw = random.uniform(-10, 10);
  view.pitch = random.uniform(-6, 6);
  view.roll = random.uniform(-5, 5);
  view.target[0] += random.uniform(-0.15f, 0.15f);
  view.target[1] += random.uniform(-0.15f, 0.15f);
  return view;
}

PosedScene draw_scene(Random& random, const RobotDatasetOptions& options) {
  PosedScene scene;
  scene.light = jittered_light(random, 1);
  scene.light.background.fill(random.uniform(0.03f, 0.6f));
  for (float& channel : scene.light.background) channel += random.uniform(-0.03f, 0.03f);
  scene.view = jittered_portrait(random, options.size, options.frontal);
  return scene;
}

/// Draws samples one after the other; one thread an object.
class SamplePainter {
 public:
  SamplePainter(const RobotDatasetOptions& options, const VirtualRobot& robot) : options_(options), picture_(robot) {}

  void paint(std::size_t index, const ControlVector& controls) {
    Random random(options_.seed ^ kSceneStream, index);
    const PosedScene scene = draw_scene(random, options_);
    draw(picture_name("images", index), controls, scene.view, scene.light);
    draw(picture_name("canonical", index), without_head_pose(controls), RenderView::canonical(options_.canonical_size),
         jittered_light(random, 0.25f));
  }

 private:
  void draw(const fs::path& name, const ControlVector& controls, const RenderView& view, const RenderLight& light) {
    write_picture(options_.folder / name, picture_.draw(controls, view, light), kRobotJpegQuality);
  }

  const RobotDatasetOptions& options_;
  RobotPicture picture_;
};

}  // namespace

std::optional<RobotDatasetOptions> read_robot_set(const fs::path& folder) {
  const fs::path path = folder / "dataset.json";
  std::ifstream file(path);
  const nlohmann::json json = nlohmann::json::parse(file, nullptr, false);
  RobotDatasetOptions set;
  set.folder = folder;
  int format = 0;
  try {
    set.frontal = json.at("frontal").get<bool>();  // no other set has it
    format = json.at("format").get<int>();
    set.seed = json.at("seed").get<std::uint64_t>();
    set.size = json.at("size").get<int>();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  if (format != kRobotFormat) {
    throw InputError(path.string() + " says format " + std::to_string(format) + ", and a seed's light and camera are " +
                     "known of format " + std::to_string(kRobotFormat) + ": render the set anew, or remove the file");
  }
  if (set.size < kLeastSize || set.size > kMostSize) {
    throw InputError(path.string() + " says size " + std::to_string(set.size) + ": expected " +
                     std::to_string(kLeastSize) + " to " + std::to_string(kMostSize) + " pixels");
  }
  return set;
}

PosedScene posed_scene(const RobotDatasetOptions& options, std::size_t index) {
  Random random(options.seed ^ kSceneStream, index);
  return draw_scene(random, options);
}

void render_robot_dataset(const RobotDatasetOptions& options) {
  claim_set_folder(options.folder, {{"format", kRobotFormat},
                                    {"config", config_hash({"ameca", "dataset_sampling", "virtual_robot"})},
                                    {"seed", options.seed},
                                    {"size", options.size},
                                    {"canonical_size", options.canonical_size},
                                    {"frontal", options.frontal}});
  fs::create_directories(options.folder / "images");
  fs::create_directories(options.folder / "canonical");
  const ControlSampler sampler;
  const auto controls_of = [&](std::size_t index) {
    Random random(options.seed, index);
    const ControlVector controls = sampler.sample(random);
    return options.frontal ? without_head_pose(controls) : controls;
  };

  refuse_to_shrink(options.folder, options.count, picture_name("images", options.count - 1).filename().string());
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < options.count; ++i) {
    if (!is_there(options.folder, i)) missing.push_back(i);
  }
  const VirtualRobot robot;
  run_workers("dataset render", missing.size(), options.count - missing.size(), options.threads, [&] {
    const auto painter = std::make_shared<SamplePainter>(options, robot);
    return [&, painter](std::size_t k) { painter->paint(missing[k], controls_of(missing[k])); };
  });

  std::string csv = "img_path,ctrl_values,split\n";
  for (std::size_t i = 0; i < options.count; ++i) {
    csv += picture_name("images", i).string() + ',' + controls_field(controls_of(i)) + ',' +
           name_of(ControlSampler::split(options.seed, i)) + '\n';
  }
  OutputFile(options.folder / "index.csv").commit(csv);
}

}  // namespace vividface
