#include "camera/video_writer.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <opencv2/core.hpp>

#include "base/error.h"
#include "camera/frame_source.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using testing::HasSubstr;

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

std::string error_of(const std::filesystem::path& path, cv::Size size, double rate) {
  try {
    VideoWriter writer(path, size, rate);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(VideoWriter, WritesWhatCanBeReadBack) {
  TemporaryFolder folder;
  VideoWriter writer(folder / "v.mp4", {128, 96}, 29.97);
  for (int i = 0; i < 12; ++i) writer.write(cv::Mat(96, 128, CV_8UC3, cv::Scalar(20 * i, 128, 255 - 20 * i)));
  EXPECT_FALSE(std::filesystem::exists(folder / "v.mp4"));
  writer.finish();
  EXPECT_EQ(files_in(folder.path()), 1u);
  const auto source = open_video_file(folder / "v.mp4");
  EXPECT_NEAR(source->frames_per_second(), 29.97, 0.01);
  EXPECT_EQ(source->frame_count(), 12u);
  for (int i = 0; i < 12; ++i) {
    const auto frame = source->next();
    ASSERT_TRUE(frame) << i;
    const cv::Scalar mean = cv::mean(frame->bgr);
    EXPECT_NEAR(mean[0], 20 * i, 6) << i;
    EXPECT_NEAR(mean[2], 255 - 20 * i, 6) << i;
    EXPECT_NEAR(frame->time, i / 29.97, 1e-3) << i;
  }
  EXPECT_FALSE(source->next());
}

TEST(VideoWriter, PadsOddSides) {
  TemporaryFolder folder;
  VideoWriter writer(folder / "v.mp4", {65, 49}, 25);
  writer.write(cv::Mat(49, 65, CV_8UC3, cv::Scalar::all(200)));
  writer.finish();
  const auto frame = open_video_file(folder / "v.mp4")->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->bgr.size(), cv::Size(66, 50));
}

TEST(VideoWriter, LeavesNothingWhenNotFinished) {
  TemporaryFolder folder;
  {
    VideoWriter writer(folder / "v.mp4", {64, 64}, 25);
    writer.write(cv::Mat(64, 64, CV_8UC3, cv::Scalar::all(9)));
  }
  EXPECT_EQ(files_in(folder.path()), 0u);
  {
    VideoWriter empty(folder / "v.mp4", {64, 64}, 25);
    EXPECT_THROW(empty.finish(), std::runtime_error);
  }
  EXPECT_EQ(files_in(folder.path()), 0u);
}

TEST(VideoWriter, RejectsFramesOfAnotherSizeOrType) {
  TemporaryFolder folder;
  VideoWriter writer(folder / "v.mp4", {64, 64}, 25);
  EXPECT_THROW(writer.write(cv::Mat(64, 32, CV_8UC3)), std::runtime_error);
  EXPECT_THROW(writer.write(cv::Mat(64, 64, CV_8UC1)), std::runtime_error);
  EXPECT_THROW(writer.write(cv::Mat()), std::runtime_error);
  EXPECT_THROW(writer.finish(), std::runtime_error) << "none of them was written";
}

TEST(VideoWriter, RejectsWhatItCannotWriteBeforeAnyWork) {
  TemporaryFolder folder;
  EXPECT_THAT(error_of(folder / "v.avi", {64, 64}, 25), HasSubstr(".mp4"));
  EXPECT_THAT(error_of(folder / "none/v.mp4", {64, 64}, 25), HasSubstr("no folder"));
  EXPECT_THAT(error_of(folder / "v.mp4", {8, 64}, 25), HasSubstr("8x64"));
  EXPECT_THAT(error_of(folder / "v.mp4", {64, 20000}, 25), HasSubstr("64x20000"));
  for (const double rate : {0.0, -1.0, 1e9, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT(error_of(folder / "v.mp4", {64, 64}, rate), HasSubstr("frames a second"));
  }
  EXPECT_EQ(files_in(folder.path()), 0u);
}

}  // namespace
}  // namespace vividface
