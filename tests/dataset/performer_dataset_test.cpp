#include "dataset/performer_dataset.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "base/error.h"
#include "dataset/animated_dataset.h"
#include "dataset/performer.h"
#include "dataset/sets.h"
#include "robot/controls.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

PerformerDatasetOptions small_performer_set(const fs::path& folder, std::size_t count) {
  PerformerDatasetOptions options;
  options.folder = folder;
  options.count = count;
  options.seed = 5;
  options.size = 64;
  options.canonical_size = 32;
  options.clip = 2;
  return options;
}

/// The fields of a line whose quoted fields hold doubled quotes.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

TEST(PerformerDataset, HasPicturesControlsUnitsAndSplitsByPerson) {
  const TemporaryFolder folder;
  const fs::path set = folder.path() / "set";
  render_performer_dataset(small_performer_set(set, 11));
  const PerformerCast cast;
  std::istringstream index(contents(set / "index.csv"));
  std::string line;
  std::getline(index, line);
  EXPECT_EQ(line, "img_path,ctrl_values,split,identity,units");
  int rows = 0;
  for (; std::getline(index, line); ++rows) {
    const std::vector<std::string> fields = fields_of(line);
    ASSERT_EQ(fields.size(), 5u);
    const fs::path picture = fields[0];
    EXPECT_EQ(cv::imread(set / picture).cols, 64);
    EXPECT_EQ(cv::imread(set / "canonical" / picture.filename()).cols, 32);
    EXPECT_EQ(cv::imread(set / "neutral" / (picture.stem().string().substr(0, 6) + ".jpg")).cols, 64);
    const auto values = nlohmann::json::parse(fields[1]).get<std::vector<float>>();
    ASSERT_EQ(values.size(), kControlCount);
    for (std::size_t i = 0; i < kControlCount; ++i) {
      EXPECT_GE(values[i], ControlTable::ameca()[i].dataset.min);
      EXPECT_LE(values[i], ControlTable::ameca()[i].dataset.max);
    }
    EXPECT_EQ(fields[2], name_of(cast.split(std::stoul(fields[3]))));
    const auto units = nlohmann::json::parse(fields[4]);
    EXPECT_TRUE(units.is_object());
    for (const auto& [unit, weight] : units.items()) EXPECT_NE(weight.get<float>(), 0) << unit;
  }
  EXPECT_EQ(rows, 11);
}

TEST(PerformerDataset, AStoppedSetGoesOnAndComesOutTheSame) {
  const TemporaryFolder folder;
  const fs::path whole = folder.path() / "whole", stopped = folder.path() / "stopped";
  PerformerDatasetOptions options = small_performer_set(whole, 5);
  options.threads = 1;
  render_performer_dataset(options);
  render_performer_dataset(small_performer_set(stopped, 3));
  for (const char* lost : {"images/000000-01.jpg", "canonical/000001-00.jpg", "neutral/000000.jpg", "index.csv"})
    fs::remove(stopped / lost);
  render_performer_dataset(small_performer_set(stopped, 5));
  expect_same_files(whole, stopped);
}

TEST(PerformerDataset, RefusesFoldersThatHoldAnotherSet) {
  const TemporaryFolder folder;
  render_performer_dataset(small_performer_set(folder.path() / "set", 1));
  PerformerDatasetOptions other = small_performer_set(folder.path() / "set", 1);
  other.clip = 3;
  EXPECT_THROW(render_performer_dataset(other), InputError);
}

TEST(PerformerDataset, OnlyGrows) {
  const TemporaryFolder folder;
  render_performer_dataset(small_performer_set(folder.path() / "set", 3));
  EXPECT_THROW(render_performer_dataset(small_performer_set(folder.path() / "set", 2)), InputError);
}

TEST(PerformerDataset, IsAnimatedRelativeToItsNeutralPictures) {
  const TemporaryFolder folder;
  PerformerDatasetOptions options = small_performer_set(folder.path() / "set", 4);
  options.size = 256;
  render_performer_dataset(options);
  AnimatedDatasetOptions animation;
  animation.folder = options.folder;
  animation.size = 64;
  animate_dataset(animation);
  std::size_t animated = 0;
  for (const auto& entry : fs::directory_iterator(options.folder / "animated"))
    animated += entry.path().extension() == ".jpg";
  EXPECT_GE(animated, 3u);
  // Without the clip's neutral there is another reference, and another picture.
  const fs::path one = options.folder / "animated/000001-00.jpg";
  ASSERT_TRUE(fs::exists(one));
  const std::string before = contents(one);
  fs::remove(one);
  fs::remove(options.folder / "neutral/000001.jpg");
  animate_dataset(animation);
  EXPECT_NE(before, contents(one));
}

}  // namespace
}  // namespace vividface
