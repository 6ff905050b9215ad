#include "dataset/robot_dataset.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "base/error.h"
#include "dataset/sets.h"
#include "robot/controls.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

RobotDatasetOptions small_set(const fs::path& folder, std::size_t count = 6) {
  RobotDatasetOptions options;
  options.folder = folder;
  options.count = count;
  options.seed = 3;
  options.size = 48;
  options.canonical_size = 32;
  return options;
}

TEST(RobotDataset, HasPicturesIndexAndSplits) {
  const TemporaryFolder folder;
  render_robot_dataset(small_set(folder.path() / "set"));
  std::istringstream index(contents(folder.path() / "set/index.csv"));
  std::string line;
  std::getline(index, line);
  EXPECT_EQ(line, "img_path,ctrl_values,split");
  int rows = 0;
  for (; std::getline(index, line); ++rows) {
    const std::size_t open = line.find(",\""), close = line.rfind("\",");
    ASSERT_NE(open, line.npos);
    const auto values = nlohmann::json::parse(line.substr(open + 2, close - open - 2));
    EXPECT_EQ(values.size(), kControlCount);
    const std::string split = line.substr(close + 2);
    EXPECT_TRUE(split == "train" || split == "val" || split == "test") << split;
    const fs::path picture = line.substr(0, open);
    EXPECT_EQ(cv::imread(folder.path() / "set" / picture).cols, 48);
    EXPECT_EQ(cv::imread(folder.path() / "set/canonical" / picture.filename()).cols, 32);
  }
  EXPECT_EQ(rows, 6);
}

TEST(RobotDataset, AFrontalSetKeepsTheHeadStraight) {
  const TemporaryFolder folder;
  RobotDatasetOptions options = small_set(folder.path() / "set");
  options.frontal = true;
  render_robot_dataset(options);
  std::istringstream index(contents(options.folder / "index.csv"));
  std::string line;
  std::getline(index, line);
  const auto head = ControlTable::ameca().index_of("Head Yaw");
  while (std::getline(index, line)) {
    const auto values = nlohmann::json::parse(line.substr(line.find('['), line.rfind(']') - line.find('[') + 1));
    EXPECT_EQ(values[*head], 0);
  }
  for (std::size_t i = 0; i < options.count; ++i) EXPECT_EQ(posed_scene(options, i).view.yaw, 0);
  options.frontal = false;
  EXPECT_THROW(render_robot_dataset(options), InputError) << "the folder holds the other kind";
}

TEST(RobotDataset, AStoppedSetGoesOnAndComesOutTheSame) {
  const TemporaryFolder folder;
  const fs::path whole = folder.path() / "whole", stopped = folder.path() / "stopped";
  RobotDatasetOptions options = small_set(whole);
  options.threads = 1;
  render_robot_dataset(options);
  render_robot_dataset(small_set(stopped, 3));
  fs::remove(stopped / "canonical/000001.jpg");
  fs::remove(stopped / "index.csv");
  render_robot_dataset(small_set(stopped));
  expect_same_files(whole, stopped);
}

TEST(RobotDataset, RefusesFoldersThatHoldSomethingElse) {
  const TemporaryFolder folder;
  render_robot_dataset(small_set(folder.path() / "set", 1));
  RobotDatasetOptions other = small_set(folder.path() / "set", 1);
  other.seed = 4;
  EXPECT_THROW(render_robot_dataset(other), InputError);
  fs::create_directories(folder.path() / "mine");
  std::ofstream(folder.path() / "mine/thesis.txt") << "precious";
  EXPECT_THROW(render_robot_dataset(small_set(folder.path() / "mine")), InputError);
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_THROW(render_robot_dataset(small_set(folder.path() / "file")), InputError);
  EXPECT_THROW(render_robot_dataset(small_set(folder.path() / "file/below")), InputError);
}

TEST(RobotDataset, OnlyGrows) {
  const TemporaryFolder folder;
  render_robot_dataset(small_set(folder.path() / "set", 3));
  const std::string index = contents(folder.path() / "set/index.csv");
  EXPECT_THROW(render_robot_dataset(small_set(folder.path() / "set", 2)), InputError);
  fs::remove(folder.path() / "set/images/000001.jpg");  // as where several threads were stopped
  EXPECT_THROW(render_robot_dataset(small_set(folder.path() / "set", 1)), InputError);
  EXPECT_EQ(contents(folder.path() / "set/index.csv"), index);
}

TEST(RobotDataset, IsAnotherSetWhenTheRobotIsAnother) {
  const TemporaryFolder folder;
  const RobotDatasetOptions set = small_set(folder.path() / "set", 1);
  render_robot_dataset(set);
  nlohmann::json json = nlohmann::json::parse(contents(set.folder / "dataset.json"));
  json["config"] = json.at("config").get<std::uint64_t>() + 1;  // as of another config/virtual_robot.json
  std::ofstream(set.folder / "dataset.json") << json;
  EXPECT_THROW(render_robot_dataset(set), InputError);
}

TEST(RobotDataset, IsReadBackAndCheckedFirst) {
  const TemporaryFolder folder;
  const RobotDatasetOptions set = small_set(folder.path() / "set", 1);
  render_robot_dataset(set);
  const auto read = read_robot_set(set.folder);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seed, set.seed);
  EXPECT_EQ(read->size, set.size);
  EXPECT_FALSE(read_robot_set(folder.path()));
  const auto says = [&](const char* key, const nlohmann::json& value) {
    nlohmann::json json = nlohmann::json::parse(contents(set.folder / "dataset.json"));
    json[key] = value;
    std::ofstream(folder.path() / "dataset.json") << json;
    return read_robot_set(folder.path());
  };
  EXPECT_FALSE(says("frontal", "yes"));
  EXPECT_THROW(says("size", 0), InputError);
  EXPECT_THROW(says("size", -256), InputError);
  EXPECT_THROW(says("size", 1000000), InputError);
  EXPECT_THROW(says("format", 1), InputError);
}

}  // namespace
}  // namespace vividface
