#include <gmock/gmock.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "checkpoint/torch_tensors.h"
#include "mapping/fill_formula.h"
#include "mapping/mapping_module.h"
#include "mapping/mapping_network.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

class MappingNetworkTest : public ::testing::Test {
 protected:
  /// A network with weights that are not trivial anywhere, batch norms included.
  void save(const MappingArchitecture& architecture) {
    network_ = std::make_shared<MappingModule>(architecture);
    fill_by_formula(*network_, "X");
    network_->eval();
    write_safetensors(file_, state_of(*network_), architecture_metadata(architecture));
  }

  /// What the torch module reads off a picture that already has the input size.
  ControlVector expected(const cv::Mat& bgr, const std::vector<float>& motion = {}) {
    torch::NoGradGuard no_grad;
    cv::Mat rgb;
    cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    auto image = torch::from_blob(rgb.data, {1, rgb.rows, rgb.cols, 3}, torch::kByte).permute({0, 3, 1, 2});
    const auto moved = motion.empty() ? torch::Tensor() : torch::tensor(motion).unsqueeze(0);
    auto y = network_->forward(normalised(image, network_->architecture()), moved).y.contiguous();
    ControlVector controls;
    for (std::size_t i = 0; i < kControlCount; ++i)
      controls[i] = network_->architecture().offset[i] + network_->architecture().scale[i] * y.data_ptr<float>()[i];
    return controls;
  }

  TemporaryFolder folder_;
  std::string file_ = folder_ / "mapping_network.safetensors";
  std::shared_ptr<MappingModule> network_;
};

cv::Mat noise(int size) {
  cv::Mat picture(size, size, CV_8UC3);
  cv::RNG(7).fill(picture, cv::RNG::UNIFORM, 0, 256);
  return picture;
}

TEST_F(MappingNetworkTest, EqualsTorch) {
  for (auto [channels, kernel, size] : {std::tuple{16, 7, 96}, {24, 3, 112}, {32, 5, 65}}) {
    MappingArchitecture architecture{
        .base_channels = channels, .blocks = {2, 2, 2, 1}, .stem_kernel = kernel, .input_size = size};
    architecture.scale[3] = 12;
    architecture.offset[3] = -1.5f;
    save(architecture);
    MappingNetwork network(file_);
    const cv::Mat picture = noise(size);
    const ControlVector found = network.read(picture), wanted = expected(picture);
    for (std::size_t i = 0; i < kControlCount; ++i) EXPECT_NEAR(found[i], wanted[i], 1e-4) << i;
    EXPECT_EQ(network.read(picture), found);
  }
}

class MotionAndLinearMap : public MappingNetworkTest, public ::testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(WithoutAndWith, MotionAndLinearMap, ::testing::Bool());

TEST_P(MotionAndLinearMap, AreSeenBesideThePicture) {
  MappingArchitecture architecture{
      .base_channels = 8, .input_size = 64, .motion_inputs = 5, .motion_linear = GetParam()};
  architecture.scale[3] = 12;
  architecture.offset[3] = -1.5f;
  save(architecture);
  MappingNetwork network(file_);
  EXPECT_EQ(network.motion_inputs(), 5u);
  const cv::Mat picture = noise(64);
  const std::vector<float> still(5), moved = {0.3f, -0.2f, 0, 1, -2};
  for (const auto& motion : {still, moved}) {
    const ControlVector found = network.read(picture, motion), wanted = expected(picture, motion);
    for (std::size_t i = 0; i < kControlCount; ++i) EXPECT_NEAR(found[i], wanted[i], 1e-4) << i;
  }
  EXPECT_NE(network.read(picture, still), network.read(picture, moved));
  EXPECT_THROW(network.read(picture), InputError);
  EXPECT_THROW(network.read(picture, std::vector<float>(4)), InputError);
}

TEST_F(MappingNetworkTest, DoesNotSeeMotionUnlessItLearntTo) {
  save({.base_channels = 8, .input_size = 64});
  MappingNetwork network(file_);
  EXPECT_EQ(network.motion_inputs(), 0u);
  EXPECT_EQ(network.read(noise(64), std::vector<float>{1, 2}), network.read(noise(64)));
}

TEST_F(MappingNetworkTest, RefusesUnitsOfMotionThatAreNone) {
  save({.base_channels = 8, .input_size = 64, .motion_inputs = 5});
  for (const auto& unit : {torch::zeros({5}), torch::full({5}, NAN), torch::ones({2, 5}), torch::ones({0})}) {
    auto state = state_of(*network_);
    state["motion_unit"] = unit;
    write_safetensors(file_, state, architecture_metadata(network_->architecture()));
    EXPECT_THAT([&] { MappingNetwork network(file_); },
                ::testing::ThrowsMessage<InputError>(::testing::HasSubstr("motion_unit")));
  }
}

TEST_F(MappingNetworkTest, RoundsALittleToBeFast) {
  MappingArchitecture architecture{.base_channels = 16, .input_size = 64, .motion_inputs = 5, .motion_linear = true};
  save(architecture);
  const cv::Mat picture = noise(64);
  const std::vector<float> motion = {0.3f, -0.2f, 0, 1, -2};
  const ControlVector exact = MappingNetwork(file_).read(picture, motion),
                      fast = MappingNetwork(file_, MappingPrecision::fastest).read(picture, motion);
  constexpr float kBfloat16 = 1.f / 128;  // from one to the next, as a share
  for (std::size_t i = 0; i < kControlCount; ++i)
    EXPECT_NEAR(fast[i], exact[i], 3 * kBfloat16 * std::max(1.f, std::abs(exact[i]))) << i;
}

// Where every pixel counts: half the size or less.
TEST_F(MappingNetworkTest, ShrinksPicturesByArea) {
  save({.base_channels = 8, .input_size = 64});
  MappingNetwork network(file_);
  const cv::Mat small = noise(64);
  cv::Mat large;
  cv::resize(small, large, {192, 192}, 0, 0, cv::INTER_NEAREST);
  EXPECT_EQ(network.read(large), network.read(small));
  EXPECT_NO_THROW(network.read(noise(16)));
}

TEST_F(MappingNetworkTest, ShrinksALittleBetweenPixels) {
  save({.base_channels = 8, .input_size = 64});
  MappingNetwork network(file_);
  const cv::Mat large = noise(96);
  cv::Mat small;
  cv::resize(large, small, {64, 64}, 0, 0, cv::INTER_LINEAR);
  EXPECT_EQ(network.read(large), network.read(small));
}

TEST_F(MappingNetworkTest, SeesItsCropAlone) {
  MappingArchitecture architecture{.base_channels = 16, .blocks = {1, 1, 1, 1}, .stem_kernel = 3, .input_size = 64};
  architecture.crop = {0.25f, 0.125f, 0.5f};
  save(architecture);
  MappingNetwork network(file_);
  cv::Mat picture = noise(128);
  const cv::Rect seen(32, 16, 64, 64);
  const ControlVector found = network.read(picture), wanted = expected(picture(seen).clone());
  for (std::size_t i = 0; i < kControlCount; ++i) EXPECT_NEAR(found[i], wanted[i], 1e-4) << i;
  cv::Mat elsewhere = noise(128);
  elsewhere.setTo(0);
  picture(seen).copyTo(elsewhere(seen));
  EXPECT_EQ(network.read(elsewhere), found);
}

TEST_F(MappingNetworkTest, RefusesACropBeyondThePicture) {
  MappingArchitecture architecture{.base_channels = 16, .blocks = {1, 1, 1, 1}, .stem_kernel = 3, .input_size = 64};
  architecture.crop = {0.25f, 0.75f, 0.5f};
  save(architecture);
  EXPECT_THROW(MappingNetwork{file_}, InputError);
}

TEST_F(MappingNetworkTest, RefusesWhatIsNoWeightFile) {
  EXPECT_THROW(MappingNetwork("/nowhere.safetensors"), InputError);
  std::ofstream(file_) << "no weights";
  EXPECT_THROW(MappingNetwork{file_}, InputError);
  save({.base_channels = 8, .input_size = 64});
  auto state = state_of(*network_);
  state.erase("feature_extractor.5.1.bn2.running_mean");
  write_safetensors(file_, state, architecture_metadata(network_->architecture()));
  EXPECT_THAT([&] { MappingNetwork network(file_); },
              ::testing::ThrowsMessage<InputError>(::testing::HasSubstr("feature_extractor.5.1.bn2.running_mean")));
  state = state_of(*network_);
  state["pos_pred_head.2.weight"] = torch::zeros({256, 128});
  write_safetensors(file_, state, architecture_metadata(network_->architecture()));
  EXPECT_THROW(MappingNetwork{file_}, InputError);
}

TEST_F(MappingNetworkTest, RefusesWeightsThatGiveNoNumbersByTheirName) {
  save({.base_channels = 8, .input_size = 64});
  for (const auto& [key, value] : {std::pair{"feature_extractor.0.weight", NAN},
                                   {"feature_extractor.1.running_var", -0.5f},
                                   {"feature_extractor.4.0.bn1.running_mean", INFINITY},
                                   {"feature_extractor.5.0.downsample.0.weight", NAN},
                                   {"pos_pred_head.0.bias", NAN},
                                   {"pos_pred_head.4.weight", -INFINITY}}) {
    auto state = state_of(*network_);
    state[key] = state[key].clone();
    state[key].view(-1)[3] = value;
    write_safetensors(file_, state, architecture_metadata(network_->architecture()));
    EXPECT_THAT([&] { MappingNetwork network(file_); },
                ::testing::ThrowsMessage<InputError>(::testing::HasSubstr(key)));
  }
}

TEST_F(MappingNetworkTest, HasTheGainsOfItsFileAndLeavesThemToTheCaller) {
  save({.base_channels = 8, .input_size = 64});
  const cv::Mat picture = noise(64);
  const ControlVector plain = MappingNetwork(file_).read(picture);
  auto metadata = architecture_metadata(network_->architecture());
  metadata["expression_gain"] = R"({"gain": {"Jaw Pitch": 2}})";
  write_safetensors(file_, state_of(*network_), metadata);
  MappingNetwork network(file_);
  EXPECT_EQ(network.read(picture), plain);
  ControlVector controls = ControlTable::ameca().neutral(), expected = controls;
  const std::size_t jaw = *ControlTable::ameca().index_of("Jaw Pitch");
  controls[jaw] += 0.25f;
  expected[jaw] += 0.5f;
  network.gain().apply(controls);
  EXPECT_EQ(controls, expected);
  metadata["expression_gain"] = "2";
  write_safetensors(file_, state_of(*network_), metadata);
  EXPECT_THAT([&] { MappingNetwork wrong(file_); },
              ::testing::ThrowsMessage<InputError>(::testing::HasSubstr("expression_gain")));
}

TEST_F(MappingNetworkTest, RefusesOtherPictures) {
  save({.base_channels = 8, .input_size = 64});
  MappingNetwork network(file_);
  EXPECT_THROW(network.read({}), InputError);
  EXPECT_THROW(network.read(cv::Mat(64, 64, CV_8UC1)), InputError);
  EXPECT_THROW(network.read(cv::Mat(64, 65, CV_8UC3)), InputError);
}

}  // namespace
}  // namespace vividface
