#include <gmock/gmock.h>
#include <torch/torch.h>

#include <opencv2/core.hpp>

#include "base/error.h"
#include "checkpoint/torch_tensors.h"
#include "mapping/fill_formula.h"
#include "mapping/mapping_module.h"
#include "mapping/person_mapping.h"
#include "mapping/person_picture.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

class PersonMappingTest : public ::testing::Test {
 protected:
  /// Weights that see a person, with this metadata.
  std::string save(const std::map<std::string, std::string>& more, bool sees_person = true, int side = kPersonSide) {
    const MappingArchitecture architecture{
        .base_channels = 8, .sees_person = sees_person, .input_size = side, .motion_inputs = 5};
    network_ = std::make_shared<MappingModule>(architecture);
    fill_by_formula(*network_, "X");
    network_->eval();
    auto metadata = architecture_metadata(architecture);
    metadata.insert(more.begin(), more.end());
    write_safetensors(folder_ / "person.safetensors", state_of(*network_), metadata);
    return folder_ / "person.safetensors";
  }

  static cv::Mat face() {
    cv::Mat grey(2 * kPersonSide, kPersonSide, CV_8UC1);
    cv::RNG(3).fill(grey, cv::RNG::UNIFORM, 0, 256);
    return grey;
  }

  /// What the torch module reads off face().
  ControlVector expected() {
    torch::NoGradGuard no_grad;
    const cv::Mat grey = face();
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(kPersonSide) * kPersonSide * 3);
    person_picture({grey.data, grey.total()}, rgb);
    const auto image =
        torch::from_blob(rgb.data(), {1, kPersonSide, kPersonSide, 3}, torch::kByte).permute({0, 3, 1, 2});
    const auto motion = torch::tensor(motion_).unsqueeze(0);
    const auto y = network_->forward(normalised(image, network_->architecture()), motion).y.contiguous();
    ControlVector controls;
    std::copy_n(y.data_ptr<float>(), kControlCount, controls.begin());
    return controls;
  }

  TemporaryFolder folder_;
  std::shared_ptr<MappingModule> network_;
  const std::vector<float> motion_ = {0.1f, -0.2f, 0.3f, 0, 0.05f};
};

TEST_F(PersonMappingTest, GivesEachControlItsShare) {
  PersonMapping person(save({{"share", R"({"share": {"Jaw Pitch": 1, "Brow Inner Left": 0.25}})"}}));
  ControlVector controls;
  controls.fill(0.5f);
  person.mix(face(), motion_, controls);
  const ControlVector read = expected();
  const std::size_t jaw = *ControlTable::ameca().index_of("Jaw Pitch"),
                    brow = *ControlTable::ameca().index_of("Brow Inner Left");
  const float unit = *std::ranges::max_element(read, {}, [](float v) { return std::abs(v); });
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const float share = i == jaw ? 1 : i == brow ? 0.25f : 0;
    EXPECT_NEAR(controls[i], 0.5f + share * (read[i] - 0.5f), 0.03 * std::abs(unit)) << i;  // bfloat16 where it is
    if (share == 0) {
      EXPECT_EQ(controls[i], 0.5f) << i;
    }
  }
}

TEST_F(PersonMappingTest, AnEngineWithoutAPersonsFaceKeepsWhatM2Read) {
  PersonMapping person(save({{"share", R"({"share": {"Jaw Pitch": 1}})"}}));
  ControlVector controls;
  controls.fill(0.5f);
  const ControlVector before = controls;
  person.mix({}, motion_, controls);
  EXPECT_EQ(controls, before);
  EXPECT_THROW(person.mix(cv::Mat(10, 10, CV_8UC1), motion_, controls), InputError);
}

TEST_F(PersonMappingTest, RefusesOtherWeights) {
  EXPECT_THROW(PersonMapping{save({}, /*sees_person=*/false)}, InputError);
  EXPECT_THAT([this] { PersonMapping{save({}, /*sees_person=*/true, kPersonSide - 32)}; },
              ::testing::ThrowsMessage<InputError>(::testing::HasSubstr("train them anew")));
  EXPECT_THROW(PersonMapping{save({{"share", R"({"share": {"Jaw": 1}})"}})}, InputError);
  EXPECT_THROW(PersonMapping{save({{"share", R"({"share": {"Jaw Pitch": 1.5}})"}})}, InputError);
  EXPECT_THROW(PersonMapping{save({{"share", "x"}})}, InputError);
}

}  // namespace
}  // namespace vividface
