#include "render/performer_renderer.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "render/drawn_faces.h"

namespace vividface {
namespace {

constexpr int kPictureSize = 128;

class PerformerRendererTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    person_ = new VirtualRobot({}, HeadParts::person);
    renderer_ = new PerformerRenderer(person_->topology());
  }
  static void TearDownTestSuite() {
    delete renderer_;
    delete person_;
  }

  static std::vector<std::uint8_t> backdrop(std::uint8_t grey = 90) {
    return std::vector<std::uint8_t>(3u * PerformerRenderer::kBackdropSize * PerformerRenderer::kBackdropSize, grey);
  }

  static cv::Mat drawn(const PerformerLook& look, const ControlVector& controls,
                       PerformerRenderer& renderer = *renderer_, const PerformerLight& light = {}) {
    renderer.dress(look, backdrop());
    return drawn_as_dressed(controls, renderer, light);
  }

  static cv::Mat drawn_as_dressed(const ControlVector& controls, PerformerRenderer& renderer = *renderer_,
                                  const PerformerLight& light = {}) {
    HeadPose pose;
    person_->pose(controls, pose);
    cv::Mat picture(kPictureSize, kPictureSize, CV_8UC3);
    renderer.draw(pose, RenderView::canonical(kPictureSize), light, {picture.data, picture.total() * 3});
    return picture;
  }

  static inline VirtualRobot* person_ = nullptr;
  static inline PerformerRenderer* renderer_ = nullptr;
};

TEST_F(PerformerRendererTest, TheSameInputGivesTheSameBytesWhateverWasDrawnBefore) {
  PerformerLook look, other;
  look.seed = 4;
  other.seed = 5;
  other.beard = 1;
  const ControlVector controls = with({{"Jaw Pitch", 0.3f}, {"Head Yaw", 12.f}});
  const cv::Mat first = drawn(look, controls);
  EXPECT_GT(difference(first, drawn(other, controls)), 1);
  EXPECT_EQ(cv::norm(first, drawn(look, controls), cv::NORM_INF), 0);
  PerformerRenderer fresh(person_->topology());
  EXPECT_EQ(cv::norm(first, drawn(look, controls, fresh), cv::NORM_INF), 0);
}

// Where a control shows, in shares of the canonical picture's height.
TEST_F(PerformerRendererTest, EveryControlOfTheFaceChangesThePictureInItsRegion) {
  const ControlTable& table = ControlTable::ameca();
  const cv::Mat neutral = drawn({}, table.neutral());
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const std::string& name = table[i].name;
    if (name.starts_with("Head") || name.starts_with("Neck")) continue;
    const bool upper = name.starts_with("Brow") || name.starts_with("Eyelid") || name.starts_with("Gaze");
    for (const float value : {table[i].dataset.min, table[i].dataset.max}) {
      if (value == table[i].neutral) continue;
      ControlVector controls = table.neutral();
      controls[i] = value;
      cv::Mat changed;
      cv::absdiff(drawn_as_dressed(controls), neutral, changed);
      const double all = cv::norm(changed, cv::NORM_L1);
      const double above = cv::norm(changed.rowRange(0, kPictureSize * 45 / 100), cv::NORM_L1);
      EXPECT_GT(all / static_cast<double>(changed.total() * 3), 0.03) << name << " at " << value;
      if (upper) {
        EXPECT_GT(above, 0.75 * all) << name << " at " << value;
      }
      if (name.starts_with("Lip") || name.starts_with("Jaw")) {
        EXPECT_LT(above, 0.35 * all) << name << " at " << value;
      }
    }
  }
}

TEST_F(PerformerRendererTest, FoldsDeepenWithTheirControls) {
  PerformerLook smooth, folded;
  smooth.folds = 0;
  folded.folds = 1;
  PerformerRenderer other(person_->topology());
  other.dress(smooth, backdrop());
  renderer_->dress(folded, backdrop());
  const auto folds = [&](const ControlVector& controls) {
    return difference(drawn_as_dressed(controls), drawn_as_dressed(controls, other));
  };
  EXPECT_EQ(folds(ControlTable::ameca().neutral()), 0);
  for (const auto& [name, some, more] : {std::tuple{"Brow Inner Left", 0.75f, 1.f},
                                         {"Brow Inner Left", 0.3f, 0.f},
                                         {"Brow Outer Left", 0.75f, 1.f},
                                         {"Nose Wrinkle", 0.5f, 1.f},
                                         {"Lip Corner Raise Left", 0.75f, 0.95f},
                                         {"Eyelid Lower Left", -0.5f, -1.f}}) {
    EXPECT_GT(folds(with({{name, some}})), 0) << name;
    EXPECT_GT(folds(with({{name, more}})), folds(with({{name, some}}))) << name << " at " << more;
  }
}

TEST_F(PerformerRendererTest, LooksAreSeen) {
  const PerformerLook plain;
  const cv::Mat before = drawn(plain, ControlTable::ameca().neutral());
  const auto changed = [&](auto&& change) {
    PerformerLook look;
    change(look);
    return difference(drawn(look, ControlTable::ameca().neutral()), before);
  };
  EXPECT_GT(changed([](PerformerLook& look) { look.skin = {0.1f, 0.05f, 0.03f}; }), 10);
  EXPECT_GT(changed([](PerformerLook& look) { look.age = 1; }), 0.3);
  EXPECT_GT(changed([](PerformerLook& look) { look.brow_density = 0; }), 0.3);
  EXPECT_GT(changed([](PerformerLook& look) { look.lips = {0.5f, 0.02f, 0.05f}; }), 0.3);
  EXPECT_GT(changed([](PerformerLook& look) { look.stubble = 1; }), 0.3);
  EXPECT_GT(changed([](PerformerLook& look) { look.beard = 1; }), 2);
  EXPECT_GT(changed([](PerformerLook& look) { look.freckles = 1; }), 0.05);
  EXPECT_GT(changed([](PerformerLook& look) { look.hair_length = 2; }), 0.5);
  EXPECT_GT(changed([](PerformerLook& look) { look.headgear = PerformerLook::Headgear::scarf; }), 1);
  EXPECT_GT(changed([](PerformerLook& look) { look.glasses = 0.015f; }), 0.5);
  EXPECT_GT(changed([](PerformerLook& look) { look.iris = {0.2f, 0.3f, 0.4f}; }), 0.02);
}

TEST_F(PerformerRendererTest, LightFallsFromItsSide) {
  const auto half = [](const cv::Mat& picture, bool left) {
    return cv::mean(picture.colRange(left ? kPictureSize / 4 : kPictureSize / 2,
                                     left ? kPictureSize / 2 : kPictureSize * 3 / 4))[1];
  };
  PerformerLight light;
  light.key_direction = {1, 0.3f, 0.4f};
  const cv::Mat picture = drawn({}, ControlTable::ameca().neutral(), *renderer_, light);
  EXPECT_GT(half(picture, false), 1.3 * half(picture, true));
}

TEST_F(PerformerRendererTest, RefusesPicturesAndBackdropsOfTheWrongSize) {
  HeadPose pose;
  person_->pose(ControlTable::ameca().neutral(), pose);
  std::vector<std::uint8_t> small(10);
  EXPECT_THROW(renderer_->dress({}, small), std::runtime_error);
  EXPECT_THROW(renderer_->draw(pose, RenderView::canonical(kPictureSize), {}, small), std::runtime_error);
}

}  // namespace
}  // namespace vividface
