#include "camera/frame_source.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <vector>

#include "base/error.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::filesystem::path kData = std::filesystem::path(VIVIDFACE_TEST_DATA) / "camera";

void write_text(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Frame i is grey of value 4 · i.
void write_avi(const std::filesystem::path& file, int frames, cv::Size size) {
  cv::VideoWriter writer(file.string(), cv::CAP_OPENCV_MJPEG, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 25, size);
  for (int i = 0; i < frames; ++i) writer.write(cv::Mat(size, CV_8UC3, cv::Scalar::all(4 * i)));
}

std::vector<Frame> read_all(FrameSource& source) {
  std::vector<Frame> frames;
  while (auto frame = source.next()) frames.push_back(*frame);
  return frames;
}

std::string error_of(const std::string& input) {
  try {
    open_frame_source(input);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(FrameSource, ALoopGoesOnInNumberAndTime) {
  TemporaryFolder folder;
  write_avi(folder / "v.avi", 5, {64, 48});
  int opened = 0;
  const auto source = loop_frame_source([&] {
    if (++opened > 3) throw InputError("it is gone");
    return open_frame_source(folder / "v.avi");
  });
  for (int i = 0; i < 15; ++i) {
    const auto frame = source->next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->index, static_cast<std::size_t>(i));
    EXPECT_NEAR(frame->time, i / 25.0, 1e-6);
    EXPECT_NEAR(frame->bgr.at<cv::Vec3b>(24, 32)[0], 4 * (i % 5), 3);
  }
  EXPECT_THROW(source->next(), InputError);
  EXPECT_FALSE(source->frame_count());
}

TEST(FrameSource, GivesEveryFrameOfAVideoWithItsNumberAndTime) {
  TemporaryFolder folder;
  write_avi(folder / "v.avi", 20, {64, 48});
  const auto source = open_frame_source(folder / "v.avi");
  EXPECT_EQ(source->frame_count(), 20u);
  EXPECT_NEAR(source->frames_per_second(), 25, 1e-6);
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 20u);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].index, i);
    EXPECT_NEAR(frames[i].time, 0.04 * static_cast<double>(i), 1e-6);
    EXPECT_EQ(frames[i].bgr.size(), cv::Size(64, 48));
    // Frames stay what they were after the next one is read.
    EXPECT_NEAR(cv::mean(frames[i].bgr)[0], 4.0 * static_cast<double>(i), 3);
    EXPECT_GE(frames[i].arrival, frames[i == 0 ? 0 : i - 1].arrival);
  }
  EXPECT_FALSE(source->next());
  EXPECT_EQ(source->early_end(), std::nullopt);
}

TEST(FrameSource, TakesUnevenFrameTimesFromTheContainer) {
  const auto frames = read_all(*open_frame_source(kData / "uneven.mp4"));
  ASSERT_EQ(frames.size(), 5u);
  const std::vector<double> expected = {0, 0.04, 0.08, 0.20, 0.36};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(frames[i].time, expected[i], 1e-3) << i;
}

TEST(FrameSource, TurnsFramesUprightAsTheFileSays) {
  const auto frame = open_frame_source(kData / "turned.mp4")->next();
  ASSERT_TRUE(frame);
  ASSERT_EQ(frame->bgr.size(), cv::Size(48, 64));  // stored as 64 × 48: red on the left, blue on the right
  const cv::Vec3b top = frame->bgr.at<cv::Vec3b>(5, 24), bottom = frame->bgr.at<cv::Vec3b>(58, 24);
  EXPECT_GT(top[0], 200) << "blue above";
  EXPECT_GT(bottom[2], 200) << "red below";
}

TEST(FrameSource, ReadsTinyAndHugeFrames) {
  TemporaryFolder folder;
  write_avi(folder / "tiny.avi", 2, {16, 16});
  write_avi(folder / "huge.avi", 2, {7680, 4320});
  EXPECT_EQ(read_all(*open_frame_source(folder / "tiny.avi")).size(), 2u);
  const auto huge = open_frame_source(folder / "huge.avi")->next();
  ASSERT_TRUE(huge);
  EXPECT_EQ(huge->bgr.size(), cv::Size(7680, 4320));
}

TEST(FrameSource, GivesTheGoodFramesOfACutOffVideoThenSaysSo) {
  TemporaryFolder folder;
  write_avi(folder / "whole.avi", 25, {320, 240});
  const std::string whole = read_text(folder / "whole.avi");
  write_text(folder / "cut.avi", whole.substr(0, whole.size() * 6 / 10));
  const auto source = open_frame_source(folder / "cut.avi");
  EXPECT_EQ(source->early_end(), std::nullopt) << "not before the end";
  auto frames = read_all(*source);
  if (frames.back().bgr.empty()) frames.pop_back();  // the one that the cut went through
  EXPECT_GT(frames.size(), 5u);
  EXPECT_LT(frames.size(), 22u);
  for (const Frame& frame : frames) EXPECT_EQ(frame.bgr.size(), cv::Size(320, 240));
  ASSERT_TRUE(source->early_end());
  EXPECT_THAT(*source->early_end(), HasSubstr("cut.avi"));
  EXPECT_THAT(*source->early_end(), HasSubstr("of 25 frames"));
}

TEST(FrameSource, FramesWithoutAPictureAreNotCountedAsRead) {
  TemporaryFolder folder;
  write_avi(folder / "v.avi", 25, {320, 240});
  std::string bytes = read_text(folder / "v.avi");
  // Said to be raw UYYVYY 4:1:1 of 8 × 8 pixels, which is decoded, but which no scaler can convert.
  const std::size_t format = bytes.find("strf") + 8;
  bytes.replace(format + 4, 8, std::string("\x08\0\0\0\x08\0\0\0", 8));
  bytes.replace(format + 16, 4, "Y411");
  write_text(folder / "v.avi", bytes);
  const auto source = open_frame_source(folder / "v.avi");
  for (const Frame& frame : read_all(*source)) EXPECT_TRUE(frame.bgr.empty());
  ASSERT_TRUE(source->early_end());
  EXPECT_THAT(*source->early_end(), HasSubstr(": 0 of 25 frames"));
}

TEST(FrameSource, SaysWhyItEndedWithoutSteeringTheTerminal) {
  TemporaryFolder folder;
  write_avi(folder / "whole.avi", 25, {320, 240});
  const std::string whole = read_text(folder / "whole.avi");
  write_text(folder / "cut\x1b[2J.avi", whole.substr(0, whole.size() / 2));
  const auto source = open_frame_source(folder / "cut\x1b[2J.avi");
  read_all(*source);
  ASSERT_TRUE(source->early_end());
  EXPECT_THAT(*source->early_end(), HasSubstr("cut?[2J.avi"));
}

TEST(FrameSource, SurvivesAVideoWithDamagedBytes) {
  TemporaryFolder folder;
  std::string bytes = read_text(kData / "uneven.mp4");
  for (std::size_t i = 40; i < bytes.size(); i += 7) bytes[i] = static_cast<char>(bytes[i] ^ 0x5a);
  write_text(folder / "damaged.mp4", bytes);
  try {
    read_all(*open_frame_source(folder / "damaged.mp4"));
  } catch (const InputError&) {
  }
}

TEST(FrameSource, RejectsWhatIsNoVideoByName) {
  TemporaryFolder folder;
  write_text(folder / "notes.mp4", "this is no video\n");
  write_text(folder / "empty.mp4", "");
  write_text(folder / "readme.txt", "FFmpeg would draw this text as a video\n");
  const std::string mp4 = read_text(kData / "uneven.mp4");
  write_text(folder / "no_index.mp4", mp4.substr(0, mp4.size() / 3));
  for (const char* name : {"notes.mp4", "empty.mp4", "readme.txt", "no_index.mp4"}) {
    const std::string error = error_of(folder / name);
    EXPECT_THAT(error, HasSubstr(name));
    EXPECT_THAT(error, HasSubstr("not a video"));
    EXPECT_THAT(error, Not(HasSubstr("\n")));
  }
  EXPECT_THAT(error_of(folder / "missing.mp4"), HasSubstr("no such file"));
  EXPECT_THAT(error_of("/dev/null"), HasSubstr("not a regular file"));
  EXPECT_THAT(error_of("http://localhost/x.mp4"), HasSubstr("no such file"));
}

TEST(FrameSource, RejectsCameraNamesThatAreNone) {
  for (const char* name : {"camera:", "camera:x", "camera:-1", "camera:1x", "camera:99999999999", "camera:64"}) {
    EXPECT_THAT(error_of(name), HasSubstr("expected a camera number")) << name;
  }
  EXPECT_THAT(error_of("camera:63"), HasSubstr("/dev/video63"));
}

TEST(ImageFolder, GoesThroughImagesInNaturalOrder) {
  TemporaryFolder folder;
  int value = 0;
  for (const char* name : {"f1.png", "f2.PNG", "f10.png", "f11.bmp", "g3.jpg"}) {
    cv::imwrite(folder / "x.png", cv::Mat(8, 8, CV_8UC3, cv::Scalar::all(value)));
    if (std::string(name).ends_with("PNG")) {
      std::filesystem::rename(folder / "x.png", folder / name);
    } else {
      cv::imwrite(folder / name, cv::Mat(8, 8, CV_8UC3, cv::Scalar::all(value)));
    }
    value += 40;
  }
  std::filesystem::remove(folder / "x.png");
  write_text(folder / "notes.txt", "not an image");
  std::filesystem::create_directory(folder / "z.png");
  const auto source = open_frame_source(folder.path());
  EXPECT_EQ(source->frame_count(), 5u);
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 5u);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].index, i);
    EXPECT_NEAR(frames[i].time, static_cast<double>(i) / 30, 1e-9);
    EXPECT_NEAR(frames[i].bgr.at<cv::Vec3b>(4, 4)[0], 40.0 * static_cast<double>(i), 2);
  }
}

TEST(ImageFolder, TurnsGreyAlphaAndDeepImagesIntoBgr) {
  TemporaryFolder folder;
  cv::imwrite(folder / "1_grey.png", cv::Mat(16, 16, CV_8UC1, cv::Scalar(90)));
  cv::imwrite(folder / "2_alpha.png", cv::Mat(16, 16, CV_8UC4, cv::Scalar(10, 20, 30, 128)));
  cv::imwrite(folder / "3_deep.png", cv::Mat(16, 16, CV_16UC3, cv::Scalar(0x1000, 0x2000, 0xff00)));
  cv::imwrite(folder / "4_deep_grey.tif", cv::Mat(16, 16, CV_16UC1, cv::Scalar(0x8000)));
  const auto frames = read_all(*open_frame_source(folder.path()));
  const std::vector<cv::Vec3b> expected = {{90, 90, 90}, {10, 20, 30}, {0x10, 0x20, 0xff}, {0x80, 0x80, 0x80}};
  ASSERT_EQ(frames.size(), expected.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    ASSERT_EQ(frames[i].bgr.type(), CV_8UC3) << i;
    EXPECT_LE(cv::norm(frames[i].bgr.at<cv::Vec3b>(3, 3) - expected[i], cv::NORM_INF), 1) << i;
  }
}

TEST(ImageFolder, GivesAnEmptyPictureForAFileThatCannotBeDecoded) {
  TemporaryFolder folder;
  cv::imwrite(folder / "1.png", cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(1)));
  write_text(folder / "2.png", "no picture");
  write_text(folder / "3.png", "");
  // A PNG that says that it has 100,000 × 100,000 pixels.
  std::string bomb = read_text(folder / "1.png");
  for (std::size_t at : {16u, 20u}) bomb.replace(at, 4, std::string("\x00\x01\x86\xa0", 4));
  write_text(folder / "4.png", bomb);
  cv::imwrite(folder / "5.png", cv::Mat(4320, 7680, CV_8UC1, cv::Scalar(7)));
  const auto frames = read_all(*open_frame_source(folder.path()));
  ASSERT_EQ(frames.size(), 5u);
  EXPECT_FALSE(frames[0].bgr.empty());
  for (std::size_t i : {1u, 2u, 3u}) {
    EXPECT_TRUE(frames[i].bgr.empty()) << i;
    EXPECT_EQ(frames[i].index, i);
  }
  EXPECT_EQ(frames[4].bgr.size(), cv::Size(7680, 4320));
}

TEST(ImageFolder, GivesAnEmptyPictureForAJpegThatIsTooLarge) {
  TemporaryFolder folder;
  cv::imwrite(folder / "1.jpg", cv::Mat(32, 32, CV_8UC3, cv::Scalar::all(1)));
  std::string bytes = read_text(folder / "1.jpg");
  const std::size_t size = bytes.find("\xff\xc0") + 5;
  bytes.replace(size, 4, "\x7f\xff\x7f\xff");  // 32767 × 32767, 3.2 GB
  write_text(folder / "1.jpg", bytes);
  EXPECT_TRUE(open_frame_source(folder.path())->next()->bgr.empty());
}

TEST(ImageFolder, PassesOverHiddenFilesAndLinksThatLeadNowhere) {
  TemporaryFolder folder;
  for (const char* name : {"1.png", "._1.png", ".2.png"}) cv::imwrite(folder / name, cv::Mat::zeros(8, 8, CV_8UC3));
  std::filesystem::create_symlink("loop.png", folder / "loop.png");
  std::filesystem::create_symlink("missing.png", folder / "dangling.png");
  EXPECT_EQ(open_frame_source(folder.path())->frame_count(), 1u);
}

TEST(ImageFolder, RejectsAFolderWithoutImages) {
  TemporaryFolder folder;
  write_text(folder / "notes.txt", "not an image");
  EXPECT_THAT(error_of(folder.path()), HasSubstr("no images"));
}

TEST(NaturalLess, ComparesNumbersByValue) {
  EXPECT_TRUE(natural_less("a2", "a10"));
  EXPECT_FALSE(natural_less("a10", "a2"));
  EXPECT_TRUE(natural_less("a2b3", "a2b20"));
  EXPECT_TRUE(natural_less("a", "a1"));
  EXPECT_FALSE(natural_less("a1", "a1"));
  EXPECT_TRUE(natural_less("1", "999999999999999999999999"));
  EXPECT_NE(natural_less("a01", "a1"), natural_less("a1", "a01"));
}

}  // namespace
}  // namespace vividface
