// Ten sets of controls as sets.json, and what the renderer makes of each, 0.png … 9.png: robot_pictures FOLDER. With
// "lids": neutral.jpg, shut.jpg and wide.jpg, which a calibration of the lids takes for a person's, and nobody.jpg.
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "render/head_renderer.h"
#include "robot/virtual_robot.h"

namespace vividface {
namespace {

// From neutral (0) to the data set's largest (1) or smallest (-1) value.
using Shares = std::vector<std::pair<std::string, float>>;

const std::vector<std::pair<std::string, Shares>>& sets() {
  static const std::vector<std::pair<std::string, Shares>> kSets = {
      {"neutral", {}},
      {"smile",
       {{"Lip Corner Raise Left", 1},
        {"Lip Corner Raise Right", 1},
        {"Lip Corner Stretch Left", 0.8f},
        {"Lip Corner Stretch Right", 0.8f},
        {"Eyelid Lower Left", -0.5f},
        {"Eyelid Lower Right", -0.5f}}},
      {"frown",
       {{"Brow Inner Left", -1}, {"Brow Inner Right", -1}, {"Brow Outer Left", -0.7f}, {"Brow Outer Right", -0.7f}}},
      {"surprise",
       {{"Brow Inner Left", 1},
        {"Brow Inner Right", 1},
        {"Brow Outer Left", 1},
        {"Brow Outer Right", 1},
        {"Jaw Pitch", -0.8f}}},
      {"wink", {{"Eyelid Upper Left", -1}, {"Eyelid Lower Left", -0.6f}, {"Lip Corner Raise Left", 0.7f}}},
      {"nose", {{"Nose Wrinkle", 1}, {"Lip Top Raise Left", 1}, {"Lip Top Raise Middle", 0.6f}}},
      {"jaw", {{"Jaw Pitch", -1}, {"Jaw Yaw", 1}, {"Lip Bottom Depress Middle", 0.8f}}},
      {"gaze", {{"Gaze Target Phi", 0.9f}, {"Gaze Target Theta", 0.8f}}},
      {"head", {{"Head Yaw", 0.7f}, {"Head Pitch", 0.5f}, {"Head Roll", -0.6f}, {"Gaze Target Phi", -0.6f}}},
      {"neck", {{"Neck Pitch", -0.8f}, {"Neck Roll", 0.8f}, {"Head Pitch", -0.6f}, {"Eyelid Upper Right", -0.5f}}},
  };
  return kSets;
}

ControlVector controls_of(const Shares& shares) {
  const ControlTable& table = ControlTable::ameca();
  ControlVector controls = table.neutral();
  for (const auto& [name, share] : shares) {
    const std::size_t i = table.index_of(name).value();
    const float end = share > 0 ? table[i].dataset.max : table[i].dataset.min;
    controls[i] += std::abs(share) * (end - controls[i]);
  }
  return controls;
}

constexpr int kSize = 360;

class Pictures {
 public:
  void write(const ControlVector& controls, const std::filesystem::path& file) {
    robot_.pose(controls, pose_);
    renderer_.draw(pose_, RenderView::portrait(kSize), {}, {picture_.data, picture_.total() * picture_.elemSize()});
    if (!cv::imwrite(file.string(), picture_)) throw std::runtime_error("no picture");
  }

 private:
  const VirtualRobot robot_;
  HeadRenderer renderer_{robot_.topology()};
  HeadPose pose_;
  cv::Mat picture_ = cv::Mat(kSize, kSize, CV_8UC3);
};

void write_sets(const std::filesystem::path& folder) {
  Pictures pictures;
  nlohmann::json list;
  for (const auto& [name, shares] : sets()) {
    const ControlVector controls = controls_of(shares);
    pictures.write(controls, folder / (std::to_string(list.size()) + ".png"));
    list.push_back({{"name", name}, {"controls", controls}});
  }
  std::ofstream(folder / "sets.json") << list;
}

void write_lids(const std::filesystem::path& folder) {
  Pictures pictures;
  const auto lids = [](float share) {
    Shares shares;
    for (const char* side : {"Left", "Right"})
      for (const char* lid : {"Eyelid Upper ", "Eyelid Lower "}) shares.emplace_back(std::string(lid) + side, share);
    return controls_of(shares);
  };
  pictures.write(lids(0), folder / "neutral.jpg");
  pictures.write(lids(-0.5f), folder / "shut.jpg");
  pictures.write(lids(1), folder / "wide.jpg");
  cv::imwrite((folder / "nobody.jpg").string(), cv::Mat(kSize, kSize, CV_8UC3, cv::Scalar::all(128)));
}

}  // namespace
}  // namespace vividface

int main(int count, char** arguments) try {
  const bool is_of_lids = count == 3 && arguments[2] == std::string("lids");
  if (count != 2 && !is_of_lids) throw std::invalid_argument("expected FOLDER [lids]");
  (is_of_lids ? vividface::write_lids : vividface::write_sets)(arguments[1]);
} catch (const std::exception& error) {
  std::fprintf(stderr, "robot_pictures: %s\n", error.what());
  return 1;
}
