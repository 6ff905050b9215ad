// 'evaluate stillness' and 'evaluate sides', as a user runs them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "app/clips.h"
#include "app/program.h"
#include "app/random_network.h"
#include "app/rejected.h"

namespace vividface {
namespace {

using testing::HasSubstr;

/// A network that was never trained, and a short clip of a face.
class EvaluateCommands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    std::filesystem::create_directory(*folder_ / "models");
    write_random_network(*folder_ / "models/mapping_mesh.safetensors");
    write_clip(file("clip.mp4"), 5, [](int i) { return frame_with_face_at(100 + 4 * i); });
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string file(const std::string& name) { return *folder_ / name; }

  /// The JSON that a command writes with --out, which is added.
  static nlohmann::json run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--models", file("models"), "--out", file("out.json")});
    Program program(arguments);
    EXPECT_EQ(program.wait(), 0) << program.err();
    EXPECT_THAT(program.out(), HasSubstr("goal: "));
    return nlohmann::json::parse(read_text(file("out.json")));
  }

 private:
  static inline TemporaryFolder* folder_ = nullptr;
};

TEST_F(EvaluateCommands, StillnessTellsEveryControlOfEveryClip) {
  const auto clips = run(
      {"evaluate", "stillness", file("clip.mp4"), file("clip.mp4"), "--frames", "5", "--noise", "3", "--at", "0.1"});
  ASSERT_EQ(clips.size(), 2u);
  EXPECT_EQ(clips[0], clips[1]);
  EXPECT_EQ(clips[0]["frame"], 2);
  EXPECT_EQ(clips[0]["noise"], 3);
  for (const char* part : {"read", "sent"}) {
    EXPECT_EQ(clips[0][part]["controls"].size(), kControlCount);
    EXPECT_GE(clips[0][part]["largest"], clips[0][part]["mean"]);
    EXPECT_EQ(clips[0][part]["controls"][clips[0][part]["worst"].get<std::string>()], clips[0][part]["largest"]);
  }
}

TEST_F(EvaluateCommands, SidesTellEveryAct) {
  const auto json = run({"evaluate", "sides", "--identities", "1", "--scenes", "1", "--wrinkles", "on"});
  EXPECT_EQ(json["pictures"], 7);
  EXPECT_EQ(json["wrinkles"], true);
  EXPECT_EQ(json["all"].size(), 6u);
  EXPECT_TRUE(json["all"].contains("half smile right"));
}

TEST_F(EvaluateCommands, RejectWrongUsageAndInput) {
  const std::string clip = file("clip.mp4"), models = file("models");
  expect_rejected({"evaluate", "sides", "--identities", "9"}, "--identities 9");
  expect_rejected({"evaluate", "sides", "--scenes", "0"}, "--scenes");
  expect_rejected({"evaluate", "sides", "--models", file("missing")}, "missing");
  expect_rejected({"evaluate", "sides", "--wrinkles", "maybe"}, "maybe");
  expect_rejected({"evaluate", "sides", "--out", file("nowhere/a.json")}, "nowhere");
  expect_rejected({"evaluate", "stillness"}, "CLIP");
  expect_rejected({"evaluate", "stillness", clip, "--frames", "1"}, "--frames");
  expect_rejected({"evaluate", "stillness", clip, "--models", file("missing")}, "missing");
  expect_rejected({"evaluate", "stillness", "camera:0", "--models", models}, "camera:0");
  for (const char* noise : {"-1", "nan", "101", "much"})
    expect_rejected({"evaluate", "stillness", clip, "--models", models, "--noise", noise}, "--noise");
  for (const char* at : {"-1", "nan", "late"})
    expect_rejected({"evaluate", "stillness", clip, "--models", models, "--at", at}, "--at");
  std::ofstream(file("text.mp4")) << "this is no video";
  for (const char* name : {"text.mp4", "missing.mp4"})
    expect_rejected({"evaluate", "stillness", file(name), "--models", models}, name);
}

TEST_F(EvaluateCommands, StillnessSaysWhatAClipLacksOnceItHasLooked) {
  write_clip(file("blank.mp4"), 3, [](int) { return cv::Mat(120, 160, CV_8UC3, cv::Scalar::all(80)); });
  for (const auto& [name, at, lack] :
       {std::tuple{"blank.mp4", "0", "no face"}, std::tuple{"clip.mp4", "10", "clip.mp4 ends at 0.200 s"}}) {
    Program program({"evaluate", "stillness", file(name), "--models", file("models"), "--at", at});
    EXPECT_EQ(program.wait(), 2);
    EXPECT_THAT(program.err(), HasSubstr(std::string("vividface: --at ")));  // behind the progress line
    EXPECT_THAT(program.err(), HasSubstr(lack));
    EXPECT_EQ(program.out(), "");
  }
}

}  // namespace
}  // namespace vividface
