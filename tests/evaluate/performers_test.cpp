#include "evaluate/performers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "base/error.h"
#include "dataset/performer_dataset.h"
#include "evaluate/performer_clips.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Three people with three pictures each, one person a split.
class Performers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new TemporaryFolder;
    PerformerDatasetOptions options;
    options.folder = set();
    options.count = 9;
    options.seed = 4;
    options.size = 256;
    options.canonical_size = 16;
    options.clip = 3;
    render_performer_dataset(options);
    std::istringstream rows(contents(set() / "index.csv"));
    std::string line, text;
    for (std::size_t row = 0; std::getline(rows, line); ++row) {
      const std::array splits = {",test,", ",train,", ",val,"};
      for (const std::string split : splits) {
        const auto at = line.find(split);
        if (row == 0 || at == line.npos) continue;
        line.replace(at, split.size(), splits[(row - 1) / 3]);
        break;
      }
      text += line + '\n';
    }
    std::ofstream(set() / "index.csv") << text;
  }
  static void TearDownTestSuite() { delete shared_; }

  static fs::path set() { return shared_->path() / "set"; }
  static PerformerEvaluationOptions options() {
    PerformerEvaluationOptions options;
    options.data = set();
    return options;
  }

 private:
  static inline TemporaryFolder* shared_ = nullptr;
};

TEST_F(Performers, AreScoredBesideALinearFit) {
  const PerformerEvaluation found = evaluate_performers(options());
  EXPECT_EQ(found.clips, 1u);
  EXPECT_EQ(found.pictures, 3u);
  EXPECT_EQ(found.pipeline.count() + found.without_face, 3u);
  ASSERT_GE(found.pipeline.count(), 2u);
  EXPECT_TRUE(found.pipeline.mean_r2());
  ASSERT_TRUE(found.landmarks);
  EXPECT_EQ(found.landmarks->score.count(), found.pipeline.count());
  EXPECT_GE(found.landmarks->examples, 2u);
  EXPECT_GT(found.landmarks->lambda, 0);
}

TEST_F(Performers, WithoutAFaceAreCounted) {
  const TemporaryFolder folder;
  PerformerEvaluationOptions changed = options();
  changed.data = folder / "set";
  changed.fit = 0;
  changed.threads = 1;
  fs::copy(set(), changed.data, fs::copy_options::recursive);
  cv::imwrite(changed.data / "images/000000-01.jpg", cv::Mat(256, 256, CV_8UC3, cv::Scalar::all(80)));
  cv::imwrite(changed.data / "neutral/000001.jpg", cv::Mat(256, 256, CV_8UC3, cv::Scalar::all(80)));
  std::string index = contents(changed.data / "index.csv");
  for (std::size_t at; (at = index.find(",train,")) != index.npos;) index.replace(at, 7, ",test,");
  std::ofstream(changed.data / "index.csv") << index;
  const PerformerEvaluation found = evaluate_performers(changed);
  EXPECT_EQ(found.pictures, 6u);
  EXPECT_EQ(found.without_reference_face, 3u);
  EXPECT_GE(found.without_face, 4u);
  EXPECT_EQ(found.pipeline.count(), 6 - found.without_face);
  EXPECT_FALSE(found.landmarks);

  std::ofstream(changed.data / "images/000000-02.jpg") << "no picture";
  EXPECT_THAT([&] { evaluate_performers(changed); }, ThrowsMessage<InputError>(HasSubstr("000000-02.jpg")));
}

TEST_F(Performers, AreTakenEvenlyFromASet) {
  const auto rows = read_dataset_index(set());
  EXPECT_EQ(performer_clips(rows, set(), "train")[0].pictures.size(), 3u);
  const auto one = performer_clips(rows, set(), "train", 1);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].neutral, set() / "neutral/000001.jpg");
  EXPECT_EQ(one[0].pictures.at(0).file, set() / "images/000001-00.jpg");
  EXPECT_EQ(performer_clips(rows, set(), "val", 100)[0].pictures.size(), 3u);
}

TEST_F(Performers, NeedASetOfThem) {
  PerformerEvaluationOptions wrong = options();
  wrong.data = set() / "images";
  EXPECT_THAT([&] { evaluate_performers(wrong); }, ThrowsMessage<InputError>(HasSubstr("index.csv")));
  const auto rows = read_dataset_index(set());
  EXPECT_THAT([&] { performer_clips(rows, set(), "other"); }, ThrowsMessage<InputError>(HasSubstr("split other")));
  EXPECT_THAT([&] { performer_clips(rows, set() / "images", "test"); },
              ThrowsMessage<InputError>(HasSubstr("neutral/000000.jpg")));
}

}  // namespace
}  // namespace vividface
