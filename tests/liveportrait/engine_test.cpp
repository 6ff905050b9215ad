#include <gmock/gmock.h>

#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "liveportrait/small_models.h"
#include "robot/no_robot.h"
#include "shadow/liveportrait_engine.h"
#include "temporary_folder.h"

// Algorithm 1 over the published networks, at sizes of a few channels.

namespace vividface {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class LivePortraitEngine : public testing::Test {
 protected:
  LivePortraitEngine() { write_small_models(models_); }

  static Frame frame_of(const char* name, std::size_t index) {
    Frame frame;
    frame.bgr = cv::imread(std::string(VIVIDFACE_TEST_DATA) + "/face/" + name);
    frame.index = index;
    frame.time = static_cast<double>(index) / 30;
    return frame;
  }
  std::vector<ControlVector> shadowed(const std::vector<const char*>& names) {
    NoRobot robot;
    Shadow shadow(liveportrait_engine({.models = models_}), ControlTable::ameca(), robot);
    std::vector<ControlVector> controls;
    for (const char* name : names) {
      const ShadowedFrame& seen = shadow.step(frame_of(name, controls.size()));
      EXPECT_EQ(seen.status, ShadowStatus::shadowing) << name << ": " << seen.message;
      EXPECT_EQ(seen.animated.size(), cv::Size(512, 512));
      controls.push_back(seen.controls);
    }
    return controls;
  }

  TemporaryFolder folder_;
  std::filesystem::path models_ = folder_ / "models";
};

TEST_F(LivePortraitEngine, FollowsAFaceAndAlwaysAlike) {
  const std::vector<const char*> names = {"neutral.jpg", "mouth_open.jpg", "eyes_shut.jpg"};
  const auto controls = shadowed(names);
  EXPECT_NE(controls[0], controls[1]);
  EXPECT_EQ(controls, shadowed(names));
  const auto& table = ControlTable::ameca();
  for (const auto& values : controls) EXPECT_EQ(values, table.clamp(values));
}

TEST_F(LivePortraitEngine, ReferenceIsTheFirstFace) {
  // Relative to themselves both faces move the source by nothing: M2 sees the same picture.
  const auto one = shadowed({"neutral.jpg"}), other = shadowed({"mouth_open.jpg"});
  for (std::size_t i = 0; i < kControlCount; ++i) EXPECT_NEAR(one[0][i], other[0][i], 2e-3);
}

TEST_F(LivePortraitEngine, AFaceThatCannotBeUsedIsNoReferenceAndMovesNothing) {
  const auto parts = liveportrait_engine({.models = models_});
  MotionTransfer& m1 = *parts.transfer;
  const cv::Mat frame = frame_of("neutral.jpg", 0).bgr;
  const FaceObservation face = parts.track(frame).value();
  FaceObservation nowhere = face, huge = face;
  nowhere.mesh[0].x = std::nanf("");
  for (cv::Point3f& point : huge.mesh) point *= 1e30f;
  for (const FaceObservation& bad : {FaceObservation{}, nowhere, huge}) {
    m1.set_reference(frame, face);
    ASSERT_TRUE(m1.animate(frame, face));
    EXPECT_FALSE(m1.animate(frame, bad));
    m1.set_reference(frame, bad);
    EXPECT_FALSE(m1.has_reference());
    EXPECT_FALSE(m1.animate(frame, face));
  }
}

TEST_F(LivePortraitEngine, RefusesWhatDoesNotFit) {
  const auto refused = [&](const LivePortraitEngineOptions& options, const char* what) {
    EXPECT_THAT([&] { liveportrait_engine(options); }, ThrowsMessage<InputError>(HasSubstr(what)));
  };
  check_liveportrait_files(models_);
  refused({}, "give --models DIR");
  refused({.models = models_ / "none"}, "no such folder");
  refused({.models = models_, .device = "tpu"}, "expected cpu or cuda:0");
  refused({.models = models_, .device = "cuda:63"}, "CUDA devices");
  refused({.models = models_, .precision = "fp16"}, "on a CPU only fp32");
  refused({.models = models_, .precision = "half"}, "expected fp32 or fp16");
  refused({.models = models_, .robot_image = folder_ / "none.png"}, "none.png");
  SmallWeights::warping(20, 4, 8).write(models_ / "warping_module.safetensors");
  refused({.models = models_}, "expected 21 keypoints");
  std::filesystem::remove(models_ / "warping_module.safetensors");
  refused({.models = models_}, "expected warping_module.pth");
  EXPECT_THAT([&] { check_liveportrait_files(models_); },
              ThrowsMessage<InputError>(HasSubstr("expected warping_module.pth")));
}

}  // namespace
}  // namespace vividface
