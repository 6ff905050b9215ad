// The engine of the published networks, as a user runs it, with networks of a few channels.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "app/clips.h"
#include "app/program.h"
#include "camera/frame_source.h"
#include "checkpoint/checkpoint.h"
#include "liveportrait/small_models.h"
#include "robot/control_file.h"

namespace vividface {
namespace {

using testing::HasSubstr;

class LivePortraitCommands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new TemporaryFolder;
    write_small_models(*shared_ / "models");
    write_clip(*shared_ / "clip.mp4", 3, [](int i) { return frame_with_face_at(100 + 4 * i); });
    cv::imwrite(*shared_ / "source.png", a_face());
    for (const char* name : {"neutral.jpg", "mouth_open.jpg"})
      std::filesystem::copy(std::filesystem::path(VIVIDFACE_TEST_DATA) / "face" / name, *shared_ / name);
  }
  static void TearDownTestSuite() { delete shared_; }

  static std::string shared(const std::string& name) { return *shared_ / name; }
  std::string file(const std::string& name) const { return folder_ / name; }

  void transfer(std::vector<std::string> more, const std::string& source = shared("source.png"),
                const std::string& models = shared("models")) {
    std::vector<std::string> arguments = {"transfer", "--models", models, "--source", source, "--out", file("out")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Program program(arguments);
    exit_code_ = program.wait();
    error_ = program.err();
  }

  TemporaryFolder folder_;
  int exit_code_ = -1;
  std::string error_;

 private:
  static inline const TemporaryFolder* shared_ = nullptr;
};

TEST_F(LivePortraitCommands, TransferWritesPicturesAndEveryTensorBetween) {
  transfer({shared("neutral.jpg"), shared("mouth_open.jpg"), "--tensors-out", file("t.safetensors")});
  ASSERT_EQ(exit_code_, 0) << error_;
  for (const char* name : {"out/neutral.png", "out/mouth_open.png"})
    EXPECT_EQ(cv::imread(file(name)).size(), cv::Size(512, 512)) << name;
  const auto tensors = Checkpoint::read(file("t.safetensors"));
  using Shape = std::vector<std::int64_t>;
  const std::map<std::string, Shape> expected = {{"source.f_s", {1, 4, 16, 64, 64}},
                                                 {"source.x_s", {1, 21, 3}},
                                                 {"source.x_c", {1, 21, 3}},
                                                 {"source.R", {1, 3, 3}},
                                                 {"1.R", {1, 3, 3}},
                                                 {"1.delta", {1, 21, 3}},
                                                 {"1.t", {1, 3}},
                                                 {"1.s", {1, 1}},
                                                 {"1.x_d", {1, 21, 3}},
                                                 {"1.x_d_stitched", {1, 21, 3}},
                                                 {"1.warped", {1, 8, 64, 64}},
                                                 {"1.I_m", {1, 3, 512, 512}},
                                                 {"1.controls", {1, 30}},
                                                 {"0.deformation", {1, 16, 64, 64, 3}},
                                                 {"0.occlusion", {1, 1, 64, 64}}};
  for (const auto& [key, shape] : expected) EXPECT_EQ(tensors[key].shape, shape) << key;
  // The first frame is the reference: it moves nothing but t_z, which is dropped.
  const auto source = tensors.floats("source.x_s"), driven = tensors.floats("0.x_d");
  for (std::size_t i = 0; i < source.size(); ++i) EXPECT_NEAR(driven[i], source[i], 1e-5);
  EXPECT_NE(tensors.floats("1.x_d"), driven);
}

TEST_F(LivePortraitCommands, TransferOfAClip) {
  transfer({shared("clip.mp4"), "--no-crop"});
  ASSERT_EQ(exit_code_, 0) << error_;
  const auto video = open_video_file(file("out/clip.mp4"));
  int frames = 0;
  while (const auto frame = video->next()) {
    EXPECT_EQ(frame->bgr.size(), cv::Size(512, 512));
    ++frames;
  }
  EXPECT_EQ(frames, 3);
}

TEST_F(LivePortraitCommands, TransferRefusesWrongInput) {
  const auto refused = [&](std::vector<std::string> more, const char* what) {
    transfer(std::move(more));
    EXPECT_EQ(exit_code_, 2) << error_;
    EXPECT_THAT(error_, HasSubstr(what));
    EXPECT_EQ(std::count(error_.begin(), error_.end(), '\n'), 1) << error_;
  };
  refused({}, "DRIVING");
  refused({file("none.jpg")}, "none.jpg");
  refused({shared("clip.mp4"), shared("neutral.jpg")}, "pictures or one clip");
  refused({shared("neutral.jpg"), "--device", "cuda:7"}, "--device cuda:7");
  cv::imwrite(file("grey.png"), cv::Mat(64, 64, CV_8UC3, cv::Scalar(90, 90, 90)));
  refused({file("grey.png")}, "expected a face, found none");
  transfer({shared("neutral.jpg")}, file("none.png"));
  EXPECT_EQ(exit_code_, 2);
  EXPECT_THAT(error_, HasSubstr("none.png"));
  transfer({shared("neutral.jpg")}, shared("source.png"), file("none"));
  EXPECT_EQ(exit_code_, 2);
  EXPECT_THAT(error_, HasSubstr("no such folder"));
}

TEST_F(LivePortraitCommands, ShadowByTheEngine) {
  Program program({"shadow", shared("clip.mp4"), "--engine", "liveportrait", "--models", shared("models"),
                   "--controls-out", file("c.csv"), "--animated-video", file("a.mp4"), "--report", file("r.json")});
  ASSERT_EQ(program.wait(), 0) << program.err();

  EXPECT_EQ(read_control_file(file("c.csv")).size(), 3u);
  EXPECT_EQ(open_video_file(file("a.mp4"))->next()->bgr.size(), cv::Size(512, 512));
  EXPECT_EQ(nlohmann::json::parse(read_text(file("r.json")))["engine"], "liveportrait");
}

TEST_F(LivePortraitCommands, ServeRecordAndReplay) {
  Program serve({"serve", "--engine", "liveportrait", "--models", shared("models"), "--port", "0", "--zmq",
                 "tcp://127.0.0.1:*", "--replay", shared("clip.mp4"), "--record", file("s.vvf")});
  ASSERT_EQ(serve.wait(), 0) << serve.err();
  EXPECT_THAT(serve.out(), HasSubstr("recorded"));
  Program replay({"replay", file("s.vvf")});
  EXPECT_EQ(replay.wait(), 0) << replay.err();
  EXPECT_THAT(replay.out(), HasSubstr("to the bit"));
}

TEST_F(LivePortraitCommands, InspectListsAPth) {
  Program program({"inspect", shared("models/motion_extractor.pth")});
  ASSERT_EQ(program.wait(), 0) << program.err();
  EXPECT_THAT(program.out(), HasSubstr("detector.fc_t.weight  F32 [3, 64]"));
}

}  // namespace
}  // namespace vividface
