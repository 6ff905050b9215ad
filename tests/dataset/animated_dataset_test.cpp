#include "dataset/animated_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <opencv2/imgcodecs.hpp>

#include "base/error.h"
#include "base/resources.h"
#include "checkpoint/safetensors.h"
#include "dataset/robot_dataset.h"
#include "temporary_folder.h"
#include "transfer/mesh/unturned_face.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

TEST(AnimateDataset, AnimatesEveryFaceOnceAndGoesOn) {
  const TemporaryFolder temporary;
  RobotDatasetOptions set;
  set.folder = temporary.path() / "set";
  set.count = 3;
  set.seed = 7;
  render_robot_dataset(set);
  cv::imwrite((set.folder / "images" / "000003.jpg").string(), cv::Mat(256, 256, CV_8UC3, cv::Scalar::all(80)));

  AnimatedDatasetOptions options;
  options.folder = set.folder;
  animate_dataset(options);
  std::ifstream list(set.folder / "animated" / "without_face.txt");
  std::vector<std::string> without_face(std::istream_iterator<std::string>(list), {});
  EXPECT_THAT(without_face, testing::Contains("000003.jpg"));
  int animated = 0;
  fs::path one;
  for (int i = 0; i < 3; ++i) {
    const fs::path path = set.folder / "animated" / ("00000" + std::to_string(i) + ".jpg");
    if (!fs::exists(path)) continue;
    EXPECT_EQ(cv::imread(path.string()).size(), cv::Size(256, 256));
    const fs::path motion = set.folder / "motion" / path.stem().replace_extension(".safetensors");
    EXPECT_EQ(Safetensors::read(motion).floats("motion").size(), static_cast<std::size_t>(kMeshMotionCount));
    EXPECT_EQ(cv::imread((set.folder / "person" / path.filename()).string()).size(),
              cv::Size(UnturnedFace::kSide, 2 * UnturnedFace::kSide));
    ++animated;
    one = path;
  }
  EXPECT_EQ(animated + without_face.size(), 4);
  ASSERT_GE(animated, 2);

  // What is there is left alone, what is missing comes back the same.
  const cv::Mat before = cv::imread(one.string());
  fs::remove(one);
  animate_dataset(options);
  EXPECT_EQ(cv::norm(before, cv::imread(one.string()), cv::NORM_INF), 0);
}

TEST(AnimateDataset, PicturesOfTwoRobotsAreNotMixed) {
  const TemporaryFolder temporary;
  const fs::path set = temporary.path() / "set";
  fs::create_directories(set / "images");
  cv::imwrite((set / "images/000000.jpg").string(), cv::Mat(64, 64, CV_8UC3, cv::Scalar::all(80)));
  cv::Mat robot = cv::imread(resource("assets/robot_neutral.png").string());
  AnimatedDatasetOptions options;
  options.folder = set;
  for (const char* one : {"a", "b"}) {
    fs::create_directories(temporary.path() / one);
    cv::imwrite((temporary.path() / one / "robot.png").string(), robot);
    robot.at<cv::Vec3b>(0, 0)[0] ^= 1;
  }
  options.robot = temporary.path() / "a/robot.png";
  animate_dataset(options);
  EXPECT_NO_THROW(animate_dataset(options));
  options.robot = temporary.path() / "b/robot.png";
  EXPECT_THROW(animate_dataset(options), InputError);
}

TEST(AnimateDataset, NeedsPictures) {
  const TemporaryFolder temporary;
  AnimatedDatasetOptions options;
  options.folder = temporary.path();
  EXPECT_THROW(animate_dataset(options), InputError);
  fs::create_directories(temporary.path() / "images");
  EXPECT_THROW(animate_dataset(options), InputError);
}

}  // namespace
}  // namespace vividface
