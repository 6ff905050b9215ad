#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <string>

#include "robot/control_file.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

int exit_code(const std::string& arguments) {
  const int status = std::system((VIVIDFACE_PROGRAM " " + arguments + " > /dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void write_controls(const std::filesystem::path& path, std::size_t rows) {
  ControlFileWriter writer(path);
  for (std::size_t i = 0; i < rows; ++i) {
    writer.write({i, static_cast<double>(i) / 25, true, ControlTable::ameca().neutral()});
  }
  writer.close();
}

TEST(RenderCommand, PlaysAControlFileAsAVideo) {
  const TemporaryFolder folder;
  write_controls(folder / "controls.csv", 5);
  const std::string video = folder / "robot.mp4";
  ASSERT_EQ(exit_code("render " + (folder / "controls.csv").string() + " --out " + video + " --size 64"), 0);
  cv::VideoCapture capture(video);
  EXPECT_EQ(capture.get(cv::CAP_PROP_FRAME_COUNT), 5);
  EXPECT_EQ(capture.get(cv::CAP_PROP_FRAME_WIDTH), 64);
  EXPECT_NEAR(capture.get(cv::CAP_PROP_FPS), 25, 0.1);
}

TEST(RenderCommand, SaysWhatItWroteAndWhatTheRobotCannotDo) {
  const TemporaryFolder folder;
  ControlFileWriter writer(folder / "controls.csv");
  ControlVector controls = ControlTable::ameca().neutral();
  controls[0] = 7;
  writer.write({4, 0.0, true, controls});
  writer.close();
  const std::string video = folder / "robot.mp4", said = folder / "said";
  ASSERT_EQ(std::system((VIVIDFACE_PROGRAM " render " + (folder / "controls.csv").string() + " --out " + video +
                         " --size 64 > " + said + " 2>&1")
                            .c_str()),
            0);
  std::ifstream in(said);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_THAT(text, testing::HasSubstr("wrote " + video));
  EXPECT_THAT(text, testing::HasSubstr("first Brow Inner Left 7 in frame 4"));
}

TEST(RenderCommand, MakesTheContactSheetAndTheNeutralPicture) {
  const TemporaryFolder folder;
  const std::string sheet = folder / "sheet.png", neutral = folder / "neutral.png";
  ASSERT_EQ(exit_code("render --controls-sheet " + sheet + " --neutral-picture " + neutral), 0);
  EXPECT_GT(cv::imread(sheet).cols, 900);
  EXPECT_EQ(cv::imread(neutral).cols, 256);
}

TEST(RenderCommand, AFullDiskIsNotBlamedOnTheName) {
  const TemporaryFolder folder;
  const std::string sheet = folder / "sheet.png", errors = folder / "errors";
  // A file of more than 8 blocks cannot be written, as on a full disk.
  const std::string command = "trap '' XFSZ; ulimit -f 8; " VIVIDFACE_PROGRAM " render --controls-sheet " + sheet;
  const int status = std::system(("sh -c \"" + command + "\" > /dev/null 2> " + errors).c_str());
  EXPECT_EQ(WEXITSTATUS(status), 1);
  std::ifstream in(errors);
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(in), {}), testing::HasSubstr("disk"));
  EXPECT_FALSE(std::filesystem::exists(sheet));
}

TEST(RenderCommand, WrongUsageEndsWithTwoAndLeavesNothing) {
  const TemporaryFolder folder;
  write_controls(folder / "none.csv", 0);
  std::ofstream(folder / "short.csv") << "frame,time_s,face\n0,0,1\n";
  const std::string out = " --out " + (folder / "robot.mp4").string();
  EXPECT_EQ(exit_code("render"), 2);
  EXPECT_EQ(exit_code("render --out x.mp4"), 2);
  for (const char* name : {"none.csv", "short.csv", "missing.csv"}) {
    EXPECT_EQ(exit_code("render " + (folder / name).string() + out), 2) << name;
  }
  write_controls(folder / "good.csv", 1);
  EXPECT_EQ(exit_code("render " + (folder / "good.csv").string() + out + " --size 0"), 2);
  EXPECT_EQ(exit_code("render " + (folder / "good.csv").string() + " --out " + (folder / "robot.txt").string()), 2);
  EXPECT_EQ(exit_code("render --neutral-picture " + (folder / "picture.xyz").string()), 2);
  EXPECT_EQ(
      exit_code("render " + (folder / "good.csv").string() + out + " --controls-sheet " + (folder / "a.xyz").string()),
      2)
      << "known before the video is made";
  EXPECT_EQ(exit_code("dataset render --count 0 --out " + (folder / "set").string()), 2);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) ++files;
  EXPECT_EQ(files, 3u);
}

}  // namespace
}  // namespace vividface
