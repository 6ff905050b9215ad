// What the whole program does with wrong and hostile input: exit 2 and one line that names the thing, or, within a
// stream, the frame is counted and the last pose held. Never a crash, never a half-written output under its final name.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <thread>

#include "app/clips.h"
#include "app/program.h"
#include "app/random_network.h"
#include "app/rejected.h"
#include "camera/frame_source.h"
#include "robot/control_file.h"

namespace vividface {
namespace {

using testing::HasSubstr;

// One folder for the whole suite: models, and a short clip of a face that moves.
class App : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new TemporaryFolder;
    std::filesystem::create_directory(*shared_ / "models");
    write_random_network(*shared_ / "models/mapping_mesh.safetensors");
    write_clip(clip(), 10, [](int i) { return frame_with_face_at(100 + 4 * i); });
  }
  static void TearDownTestSuite() { delete shared_; }

  static std::filesystem::path clip() { return *shared_ / "clip.mp4"; }
  static std::string models() { return *shared_ / "models"; }

  std::string file(const std::string& name) const { return folder_ / name; }
  void write_text(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }

  struct Shadowed {
    std::vector<ControlRow> rows;
    nlohmann::json report;
    std::string err;
  };
  /// Runs 'shadow' to its end with a control file and a report.
  Shadowed shadow(const std::string& input, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {
        "shadow", input, "--models", models(), "--controls-out", file("controls.csv"), "--report", file("report.json")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Program program(arguments);
    const int code = program.wait();
    if (code != 0) {
      ADD_FAILURE() << "exit " << code << ": " << program.err();
      return {};
    }
    return {read_control_file(file("controls.csv")), nlohmann::json::parse(read_text(file("report.json"))),
            program.err()};
  }

  TemporaryFolder folder_;

 private:
  static inline TemporaryFolder* shared_ = nullptr;
};

std::vector<int> faces(const std::vector<ControlRow>& rows) {
  std::vector<int> seen;
  for (const ControlRow& row : rows) seen.push_back(row.face);
  return seen;
}

TEST_F(App, RejectsWrongUsage) {
  expect_rejected({}, "vividface --help");
  expect_rejected({"shadows", "x"}, "shadows");
  expect_rejected({"shadow"}, "INPUT");
  expect_rejected({"shadow", clip(), "--nonsense"}, "--nonsense");
  expect_rejected({"shadow", clip(), "--engine", "steam"}, "steam");
  expect_rejected({"shadow", clip(), "--engine", "liveportrait"}, "liveportrait");
  expect_rejected({"shadow", clip(), "--wrinkles", "maybe"}, "maybe");
  expect_rejected({"shadow", clip(), "--device", "cuda:0"}, "--device");
  expect_rejected({"shadow", clip(), "--precision", "fp16"}, "--precision");
  expect_rejected({"evaluate", "performers"}, "--data");
  expect_rejected({"evaluate", "performers", "--data", "x", "--split", "train"}, "train");
  expect_rejected({"evaluate", "performers", "--data", file("missing")}, "missing");
  for (const char* person : {"0.5", "0.5,1.5", "-0.1,0.5", "nan,0.5", "left,0.5", "0.1,0.2,0.3"}) {
    expect_rejected({"shadow", clip(), "--person", person}, "--person");
  }
  expect_rejected({"--log-level", "loud", "shadow", clip()}, "loud");
}

TEST_F(App, RejectsInputThatIsNoStream) {
  write_text("text.mp4", "this is no video");
  write_text("empty.mp4", "");
  std::filesystem::create_directory(folder_ / "empty");
  for (const char* name : {"text.mp4", "empty.mp4", "empty", "missing.mp4"}) {
    expect_rejected({"shadow", file(name), "--models", models()}, name);
  }
  expect_rejected({"shadow", "camera:x", "--models", models()}, "camera:x");
  expect_rejected({"shadow", "camera:77", "--models", models()}, "camera:77");
}

TEST_F(App, RejectsATruncatedVideoOrShadowsWhatIsThere) {
  const std::string whole = read_text(clip());
  for (const double part : {0.1, 0.5, 0.9, 0.99}) {
    write_text("cut.mp4", whole.substr(0, static_cast<std::size_t>(part * static_cast<double>(whole.size()))));
    Program program({"shadow", file("cut.mp4"), "--models", models(), "--controls-out", file("cut.csv")});
    const int code = program.wait();
    EXPECT_TRUE(code == 0 || code == 2) << code << program.err();
    EXPECT_EQ(code == 0, std::filesystem::exists(file("cut.csv")));
    if (code == 2) {
      EXPECT_THAT(program.err(), HasSubstr("cut.mp4"));
    }
  }
}

TEST_F(App, ShadowsAClip) {
  const Shadowed out = shadow(clip(), {"--preview", file("preview.mp4"), "--robot-video", file("robot.mp4"),
                                       "--animated-video", file("animated.mp4")});
  ASSERT_EQ(out.rows.size(), 10u);
  EXPECT_THAT(faces(out.rows), testing::Each(1));
  EXPECT_EQ(out.report["frames"], 10);
  EXPECT_EQ(out.report["frames_without_face"], 0);
  for (const auto* stage : {&out.report["stages"]["preprocessing"], &out.report["stages"]["control_generation"],
                            &out.report["stages"]["transmission"], &out.report["total"]}) {
    for (const char* key : {"mean", "std", "p50", "p95", "p99", "max"}) EXPECT_TRUE(stage->at(key).is_number());
  }
  for (const char* name : {"preview.mp4", "robot.mp4", "animated.mp4"}) {
    const auto source = open_frame_source(file(name));
    std::size_t count = 0;
    while (source->next()) ++count;
    EXPECT_EQ(count, 10u) << name;
  }
}

TEST_F(App, TheSameClipGivesTheSameControls) {
  shadow(clip());
  const std::string first = read_text(file("controls.csv"));
  shadow(clip());
  EXPECT_EQ(read_text(file("controls.csv")), first);
}

TEST_F(App, RealTimeShadowsOrDropsEveryFrame) {
  const Shadowed out = shadow(clip(), {"--realtime", "--robot-video", file("robot.mp4")});
  EXPECT_EQ(out.report["frames"].get<int>() + out.report["frames_dropped"].get<int>(), 10);
  EXPECT_EQ(out.report["frames"].get<std::size_t>(), out.rows.size());
  EXPECT_EQ(out.rows.back().frame, 9u);
}

TEST_F(App, WithoutAnyFaceTheNeutralPoseIsHeld) {
  write_clip(folder_ / "blank.mp4", 6, [](int) { return cv::Mat(120, 160, CV_8UC3, cv::Scalar::all(80)); });
  const Shadowed out = shadow(file("blank.mp4"), {"--preview", file("preview.mp4")});
  ASSERT_EQ(out.rows.size(), 6u);
  EXPECT_THAT(faces(out.rows), testing::Each(0));
  for (const ControlRow& row : out.rows) EXPECT_EQ(row.controls, ControlTable::ameca().neutral());
  EXPECT_EQ(out.report["frames_without_face"], 6);
  EXPECT_EQ(out.report["total"]["mean"], 0);
}

TEST_F(App, AFaceThatLeavesIsHeldAndFollowedWhenItReturns) {
  write_clip(folder_ / "leaves.mp4", 30, [](int i) { return frame_with_face_at(i < 8 || i >= 18 ? 120 : 600); });
  const Shadowed out = shadow(file("leaves.mp4"));
  ASSERT_EQ(out.rows.size(), 30u);
  EXPECT_TRUE(out.rows[7].face);
  EXPECT_FALSE(out.rows[12].face);
  EXPECT_TRUE(out.rows[29].face);
  EXPECT_EQ(out.rows[12].controls, out.rows[7].controls);
  EXPECT_EQ(out.report["frames"].get<int>(),
            out.report["frames_shadowed"].get<int>() + out.report["frames_without_face"].get<int>());
}

TEST_F(App, TwoFacesAreOneStream) {
  write_clip(folder_ / "two.mp4", 6, [](int) {
    cv::Mat two;
    cv::hconcat(frame_with_face_at(100), frame_with_face_at(100), two);
    return two;
  });
  EXPECT_THAT(faces(shadow(file("two.mp4")).rows), testing::Each(1));
}

TEST_F(App, TakesGreyAlphaDeepTinyHugeAndBrokenImages) {
  const std::string images = file("images");
  std::filesystem::create_directory(images);
  const cv::Mat bgr = frame_with_face_at(120);
  cv::Mat grey, alpha, deep, huge;
  cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
  cv::cvtColor(bgr, alpha, cv::COLOR_BGR2BGRA);
  bgr.convertTo(deep, CV_16UC3, 257);
  cv::resize(bgr, huge, {7680, 4320}, 0, 0, cv::INTER_NEAREST);
  cv::imwrite(images + "/1.png", bgr);
  cv::imwrite(images + "/2.png", grey);
  cv::imwrite(images + "/3.png", alpha);
  cv::imwrite(images + "/4.png", deep);
  cv::imwrite(images + "/5.png", cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(128)));
  cv::imwrite(images + "/6.jpg", huge);
  std::ofstream(images + "/7.png") << "no picture";
  std::ofstream(images + "/8.jpg", std::ios::binary) << read_text(images + "/6.jpg").substr(0, 5000);
  cv::imwrite(images + "/9.png", cv::Mat(1, 1, CV_8UC1, cv::Scalar(0)));
  const Shadowed out = shadow(images, {"--preview", file("preview.mp4")});
  ASSERT_EQ(out.rows.size(), 9u);
  for (int i : {0, 1, 2, 3}) EXPECT_TRUE(out.rows[i].face) << i;
  for (int i : {4, 6, 8}) EXPECT_FALSE(out.rows[i].face) << i;
  EXPECT_EQ(out.rows[4].controls, out.rows[3].controls);
  EXPECT_EQ(out.rows[6].controls, out.rows[5].controls);
  EXPECT_GE(out.report["frames_bad"], 1);
}

TEST_F(App, RejectsMissingAndAlteredModels) {
  const std::string input = clip();
  expect_rejected({"shadow", input, "--models", file("nowhere")}, "nowhere");
  expect_rejected({"shadow", input, "--models", folder_.path()}, "mapping_mesh.safetensors");
  const std::string whole = read_text(models() + "/mapping_mesh.safetensors");
  std::string altered = whole;
  altered.replace(altered.find("conv2"), 5, "conv9");
  for (const std::string& content :
       {whole.substr(0, whole.size() / 2), altered, std::string("no model"), std::string()}) {
    write_text("mapping_mesh.safetensors", content);
    expect_rejected({"shadow", input, "--models", folder_.path()}, "mapping_mesh.safetensors");
  }
  write_text("robot.png", "no picture");
  expect_rejected({"shadow", input, "--models", models(), "--robot-image", file("robot.png")}, "robot.png");
  cv::imwrite(file("huge.png"), cv::Mat(1, 1, CV_8UC1));
  std::string huge = read_text(file("huge.png"));
  huge.replace(16, 8, std::string("\0\0\x84\xd0\0\0\x84\xd0", 8));  // 34000 × 34000
  write_text("huge.png", huge);
  expect_rejected({"shadow", input, "--models", models(), "--robot-image", file("huge.png")}, "34000x34000");
  cv::imwrite(file("blank.png"), cv::Mat(256, 256, CV_8UC3, cv::Scalar::all(90)));
  expect_rejected({"shadow", input, "--models", models(), "--robot-image", file("blank.png")}, "blank.png");
}

TEST_F(App, RejectsOutputsThatCannotBeWritten) {
  for (const char* option : {"--controls-out", "--report", "--preview", "--save-neutral"}) {
    const std::string name = option == std::string("--preview") ? "nowhere/a.mp4" : "nowhere/a";
    expect_rejected({"shadow", clip(), "--models", models(), option, file(name)}, "nowhere");
  }
  expect_rejected({"shadow", clip(), "--models", models(), "--controls-out", folder_.path()}, folder_.path());
  expect_rejected({"shadow", clip(), "--models", models(), "--preview", file("a.txt")}, "a.txt");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(App, RejectsOutputsThatWouldDestroyWhatIsRead) {
  const std::string clip = file("clip.mp4"), weights = file("models/mapping_mesh.safetensors"), pictures = file("one");
  std::filesystem::copy(models(), folder_ / "models");
  std::filesystem::copy(App::clip(), clip);
  std::filesystem::create_directories(pictures);
  cv::imwrite(pictures + "/2.png", frame_with_face_at(120));
  write_text("controls.csv", "c");
  write_text("me.neutral", "n");
  const std::vector<std::pair<std::vector<std::string>, std::string>> calls = {
      {{"evaluate", "imitation", clip, "--out"}, clip},
      {{"evaluate", "imitation", pictures, "--out"}, pictures + "/2.png"},
      {{"evaluate", "imitation", clip, "--models", file("models"), "--out"}, weights},
      {{"evaluate", "imitation", clip, "--controls", file("controls.csv"), "--out"}, file("controls.csv")},
      {{"evaluate", "imitation", clip, "--out", file("x.jpg"), "--contact-sheet"}, file("x.jpg")},
      {{"evaluate", "mapping", "--data", pictures, "--weights", weights, "--json"}, weights},
      {{"evaluate", "mapping", "--data", pictures, "--weights", weights, "--json"}, pictures + "/2.png"},
      {{"evaluate", "performers", "--data", pictures, "--out"}, pictures + "/2.png"},
      {{"evaluate", "sides", "--models", file("models"), "--out"}, weights},
      {{"evaluate", "stillness", clip, "--out"}, clip},
      {{"shadow", clip, "--preview"}, clip},
      {{"shadow", pictures, "--controls-out"}, pictures + "/2.png"},
      {{"shadow", clip, "--neutral", file("me.neutral"), "--save-neutral"}, file("me.neutral")},
      {{"replay", clip, "--out"}, clip},
      {{"render", file("controls.csv"), "--out", file("r.mp4"), "--neutral-picture", file("x.jpg"), "--controls-sheet"},
       file("x.jpg")},
      {{"render", clip, "--out"}, clip},
      {{"train", "mapping", "--data", pictures, "--init", weights, "--out"}, weights}};
  for (auto [arguments, output] : calls) {
    const std::string before = std::filesystem::exists(output) ? read_text(output) : "";
    arguments.push_back(output);
    expect_rejected(arguments, "output \"" + output + "\"");
    EXPECT_EQ(std::filesystem::exists(output) ? read_text(output) : "", before) << arguments[1];
  }
  expect_rejected({"dataset", "pose-bias", "--out", clip}, ".safetensors");
  cv::imwrite(pictures + "/0000.jpg", frame_with_face_at(120));
  expect_rejected({"bench", "frames", "--clip", pictures, "--out", pictures}, "0000.jpg");
}

TEST_F(App, RejectsAClipWithoutAFaceWhereItIsMeasured) {
  write_clip(folder_ / "blank.mp4", 3, [](int) { return cv::Mat(120, 160, CV_8UC3, cv::Scalar::all(80)); });
  Program program(
      {"bench", "latency", "--models", models(), "--clip", file("blank.mp4"), "--frames", "2", "--rate", "0"});
  EXPECT_EQ(program.wait(), 2);
  EXPECT_THAT(program.err(), HasSubstr("blank.mp4"));
  EXPECT_EQ(program.out(), "");
}

TEST_F(App, WritesVideosOfAClipThatIsSlowerThanAnyVideo) {
  cv::VideoWriter avi(file("slow.avi"), cv::CAP_OPENCV_MJPEG, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 25,
                      {480, 360});
  for (int i = 0; i < 3; ++i) avi.write(frame_with_face_at(100 + 4 * i));
  avi.release();
  std::string bytes = read_text(file("slow.avi"));
  // A stream header's rate: frames a second are the second number by the first.
  bytes.replace(bytes.find("strh") + 28, 8, std::string("\x02\0\0\0\x01\0\0\0", 8));
  write_text("slow.avi", bytes);
  ASSERT_EQ(open_frame_source(file("slow.avi"))->frames_per_second(), 0.5);
  const Shadowed out = shadow(file("slow.avi"), {"--preview", file("preview.mp4")});
  EXPECT_EQ(out.rows.size(), 3u);
  EXPECT_EQ(open_frame_source(file("preview.mp4"))->frames_per_second(), 1);
}

TEST_F(App, SaysNothingThatSteersTheTerminal) {
  const std::string cut = file("cut\x1b[2J.mp4");
  write_clip(cut, 3, [](int) { return cv::Mat(120, 160, CV_8UC3, cv::Scalar::all(80)); });
  Program program({"evaluate", "imitation", cut, "--models", models()});
  EXPECT_EQ(program.wait(), 2);
  EXPECT_THAT(program.err(), testing::AllOf(HasSubstr("cut?[2J.mp4"), testing::Not(HasSubstr("\x1b[2J"))));
  Program missing({"shadow", clip(), "--engine", "\x1b[2J"});
  EXPECT_EQ(missing.wait(), 2);
  EXPECT_THAT(missing.err(), testing::Not(HasSubstr("\x1b")));
}

TEST_F(App, KeepsANeutralFaceAndReadsItBack) {
  shadow(clip(), {"--save-neutral", file("me.neutral")});
  const std::string first = read_text(file("controls.csv"));
  EXPECT_EQ(shadow(clip(), {"--neutral", file("me.neutral")}).rows.size(), 10u);
  EXPECT_EQ(read_text(file("controls.csv")), first);

  const std::string whole = read_text(file("me.neutral"));
  write_text("cut.neutral", whole.substr(0, whole.size() / 2));
  write_text("text.neutral", "no neutral face");
  for (const char* name : {"cut.neutral", "text.neutral", "missing.neutral"}) {
    expect_rejected({"shadow", clip(), "--models", models(), "--neutral", file(name)}, name);
  }
}

TEST_F(App, CalibrationHoldsTheNeutralPoseUntilItIsDone) {
  write_clip(folder_ / "still.mp4", 40, [](int) { return frame_with_face_at(120); });
  const Shadowed out = shadow(file("still.mp4"), {"--neutral", "calibrate"});
  EXPECT_GE(out.report["frames_calibrating"], 20);
  EXPECT_GE(out.report["frames_shadowed"], 1);
  EXPECT_EQ(out.rows[5].controls, ControlTable::ameca().neutral());
  EXPECT_FALSE(out.rows[5].face) << "it is seen, but the controls are held";
  EXPECT_TRUE(out.rows.back().face);
}

TEST_F(App, RejectsAControlFileThatIsNotWhole) {
  shadow(clip());
  const std::string whole = read_text(file("controls.csv"));
  std::string missing_column = whole, not_a_number = whole;
  missing_column.replace(missing_column.find("Jaw Pitch"), 9, "Jaw Pinch");
  not_a_number.replace(not_a_number.rfind(',') + 1, std::string::npos, "nan\n");
  for (const auto& [name, content, thing] :
       {std::tuple{"missing.csv", missing_column, "Jaw Pitch"}, std::tuple{"nan.csv", not_a_number, "nan.csv"},
        std::tuple{"empty.csv", std::string(), "empty.csv"},
        std::tuple{"cut.csv", whole.substr(0, whole.size() - 40), "cut.csv"}}) {
    write_text(name, content);
    expect_rejected({"render", file(name), "--out", file("out.mp4")}, thing);
  }
  EXPECT_FALSE(std::filesystem::exists(file("out.mp4")));
}

TEST_F(App, LeavesNothingHalfWrittenWhenInterrupted) {
  write_clip(folder_ / "long.mp4", 250, [](int i) { return frame_with_face_at(100 + i % 40); });
  write_text("controls.csv", "what was there before");
  for (const int signal : {SIGINT, SIGTERM}) {
    // At the clip's own pace it takes 10 s: the signal comes in the middle of it, once outputs have been begun.
    Program program({"shadow", file("long.mp4"), "--models", models(), "--realtime", "--controls-out",
                     file("controls.csv"), "--robot-video", file("robot.mp4"), "--report", file("report.json")});
    const auto files = [this] {
      return std::distance(std::filesystem::directory_iterator(folder_.path()), std::filesystem::directory_iterator());
    };
    for (int wait = 0; wait < 600 && files() <= 2; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::this_thread::sleep_for(std::chrono::seconds(1));
    program.signal(signal);
    EXPECT_EQ(program.wait(), 1) << program.err();
    EXPECT_THAT(program.err(), HasSubstr("interrupted"));
  }
  EXPECT_EQ(read_text(file("controls.csv")), "what was there before");
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) left.push_back(entry.path().filename());
  EXPECT_THAT(left, testing::UnorderedElementsAre("long.mp4", "controls.csv"));
}

TEST_F(App, HelpTeaches) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"shadow", "--help"}, {"render", "--help"}, {"bench", "--help"}}) {
    Program program(arguments);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_THAT(program.out(), HasSubstr("vividface"));
    EXPECT_EQ(program.err(), "");
  }
  Program version({"--version"});
  EXPECT_EQ(version.wait(), 0);
  EXPECT_TRUE(version.out().starts_with("vividface "));
}

}  // namespace
}  // namespace vividface
