#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cstdlib>
#include <filesystem>

#include "liveportrait/golden.h"
#include "transfer/liveportrait/appearance_extractor.h"
#include "transfer/liveportrait/generator.h"
#include "transfer/liveportrait/motion_extractor.h"
#include "transfer/liveportrait/stitching.h"
#include "transfer/liveportrait/warping.h"

// The networks at reduced width, from checkpoints as they are published, against the reference's outputs.
// VIVIDFACE_GOLDEN names a folder with all of them: the large ones, of W and G, are not among the tests' data.

namespace vividface::liveportrait {
namespace {

std::filesystem::path golden_folder() {
  const char* folder = std::getenv("VIVIDFACE_GOLDEN");
  return folder != nullptr ? folder : VIVIDFACE_TEST_DATA "/golden";
}

class Tiny : public testing::Test {
 protected:
  static std::filesystem::path checkpoint(const std::string& name) {
    return golden_folder() / "tiny_checkpoint" / name;
  }
  static Weights weights(const std::string& name) { return Weights(Checkpoint::read(checkpoint(name))); }
  torch::Tensor expected(const std::string& key) const { return golden(file_, key); }
  torch::Tensor picture() const {
    return golden(Checkpoint::read(VIVIDFACE_TEST_DATA "/golden/full_size.safetensors"), "x");
  }

  /// All of it where the file has all, else a sample.
  void expect_output(const torch::Tensor& actual, const std::string& key, double tolerance) const {
    if (file_.contains(key)) return expect_near(actual, expected(key), tolerance, key.c_str());
    const auto sample = expected(key + ".sample");
    expect_near(sampled(actual, sample.numel()), sample, tolerance, key.c_str());
  }
  void expect_motion(const MotionExtractor& network) const {
    const auto m = network(picture());
    const auto degrees = torch::cat({bins_to_degrees(m.pitch), bins_to_degrees(m.yaw), bins_to_degrees(m.roll)});
    expect_near(m.pitch, expected("M.pitch"), 1e-5, "pitch");
    expect_near(m.yaw, expected("M.yaw"), 1e-5, "yaw");
    expect_near(m.roll, expected("M.roll"), 1e-5, "roll");
    expect_near(m.translation, expected("M.t"), 1e-5, "t");
    expect_near(m.expression, expected("M.exp"), 1e-5, "exp");
    expect_near(m.scale, expected("M.scale"), 1e-5, "scale");
    expect_near(m.canonical, expected("M.kp"), 1e-5, "kp");
    expect_near(degrees, expected("M.degrees"), 2e-5, "degrees");  // of up to 100
    expect_near(terms(m).rotation, expected("M.rotation"), 1e-5, "R");
    expect_near(keypoints(m), expected("M.x"), 1e-5, "x");
  }

  torch::NoGradGuard no_grad_;
  Placement place_;
  Checkpoint file_ = Checkpoint::read(golden_folder() / "tiny.safetensors");
};

TEST_F(Tiny, AppearanceExtractor) {
  const AppearanceExtractor network(weights("appearance_feature_extractor.pth"), place_);
  expect_output(network(picture()), "F.out", 1e-5);
}

TEST_F(Tiny, AppearanceExtractorInHalfPrecision) {
  const AppearanceExtractor network(weights("appearance_feature_extractor_half.pth"), place_);
  expect_output(network(picture()), "F.out", 5e-3);  // what the weights' rounding makes
}

TEST_F(Tiny, MotionExtractor) { expect_motion(MotionExtractor(weights("motion_extractor.pth"), place_)); }

TEST_F(Tiny, MotionExtractorInTheLegacyFormat) {
  expect_motion(MotionExtractor(weights("motion_extractor_legacy.pth"), place_));
}

TEST_F(Tiny, StitchingAndRetargeting) {
  const auto file = weights("stitching_retargeting_module.pth");
  const auto source = expected("kp_source"), driving = expected("kp_driving");
  const auto both = torch::cat({source.flatten(1), driving.flatten(1)}, 1);
  expect_near(Mlp(file.scope("retarget_shoulder"), place_)(both), expected("S.out"), 1e-5, "S");

  // The retargeting networks read the source's keypoints and how far lids and lips are open, then and wanted.
  const auto with = [&](const std::vector<float>& openness) {
    return torch::cat({source.flatten(1), torch::tensor(openness).unsqueeze(0)}, 1);
  };
  expect_near(Mlp(file.scope("retarget_mouth"), place_)(with({0.1f, 0.3f})), expected("S.lip.out"), 1e-5, "lips");
  expect_near(Mlp(file.scope("retarget_eye"), place_)(with({0.3f, 0.2f, 0.1f})), expected("S.eye.out"), 1e-5, "eyes");

  // Δ: an offset a keypoint, and one shift of x and y for all.
  const auto delta = expected("S.out");
  auto moved = driving + delta.slice(1, 0, 63).view({1, 21, 3});
  moved.slice(2, 0, 2) += delta.slice(1, 63).view({1, 1, 2});
  expect_near(Stitching(file, place_)(source, driving), moved, 1e-5, "stitched");
}

TEST_F(Tiny, WarpingAndGenerator) {
  if (!exists(checkpoint("warping_module.pth")) || !exists(checkpoint("spade_generator.pth")))
    GTEST_SKIP() << "no checkpoints of W and G in " << golden_folder() << ": name their folder by VIVIDFACE_GOLDEN";
  const auto volume = AppearanceExtractor(weights("appearance_feature_extractor.pth"), place_)(picture());
  const Warping warping(weights("warping_module.pth"), place_);
  const auto warped = warping(warping.prepare(volume, expected("kp_source")), expected("kp_driving"));
  expect_output(warped.deformation, "W.deformation", 1e-5);
  expect_near(warped.occlusion, expected("W.occlusion_map"), 1e-5, "occlusion");
  expect_output(warped.features, "W.out", 1e-4);

  const auto shown = Generator(weights("spade_generator.pth"), place_)(warped.features);
  expect_near(sampled(shown, 16384), expected("G.out.sample"), 1e-4, "G sampled");
  expect_near(torch::avg_pool2d(shown, 4), expected("G.out"), 1e-4, "G");  // the file has means of 4 × 4 pixels
}

TEST(RelativeMotion, EqualsThePublishedOneOnRealClips) {
  const torch::NoGradGuard no_grad;
  const auto file = Checkpoint::read(VIVIDFACE_TEST_DATA "/golden/relative_motion.safetensors");
  const auto read = [&](const std::string& clip) {
    return MotionTerms{golden(file, clip + ".scale").unsqueeze(2), golden(file, clip + ".R"),
                       golden(file, clip + ".t").unsqueeze(1), golden(file, clip + ".exp")};
  };
  const auto source = read("source");
  const auto canonical = golden(file, "source.kp");
  expect_near(compose(canonical, source), golden(file, "source.x_s"), 1e-5, "x_s");
  for (const std::string clip : {"laugh", "talking", "wink", "shake_face"}) {
    const auto all = read(clip);
    const MotionTerms first{all.scale.slice(0, 0, 1), all.rotation.slice(0, 0, 1), all.translation.slice(0, 0, 1),
                            all.expression.slice(0, 0, 1)};
    expect_near(compose(canonical, relative_motion(source, all, first)), golden(file, clip + ".x_d"), 1e-5,
                clip.c_str());
  }
}

}  // namespace
}  // namespace vividface::liveportrait
