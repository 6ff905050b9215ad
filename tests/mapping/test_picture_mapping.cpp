#include <gmock/gmock.h>
#include <torch/torch.h>

#include "base/error.h"
#include "checkpoint/pth.h"
#include "checkpoint/pth_builder.h"
#include "checkpoint/torch_tensors.h"
#include "mapping/fill_formula.h"
#include "mapping/picture_mapping.h"

namespace vividface {
namespace {

/// A network's state as the published container has it: beside options and an optimizer, from data-parallel training.
std::string container_of(const torch::nn::Module& network) {
  std::vector<std::pair<std::string, std::string>> model, storages;
  for (const auto& [key, tensor] : state_of(network)) {
    const bool counter = tensor.scalar_type() == torch::kLong;
    std::vector<std::int32_t> shape, strides;
    for (int i = 0; i < tensor.dim(); ++i) {
      shape.push_back(static_cast<std::int32_t>(tensor.size(i)));
      strides.push_back(static_cast<std::int32_t>(tensor.stride(i)));
    }
    const auto storage = std::to_string(storages.size());
    model.emplace_back("module." + key,
                       pickled::tensor(pickled::storage(counter ? "LongStorage" : "FloatStorage", storage,
                                                        static_cast<std::int32_t>(tensor.numel())),
                                       0, shape, strides));
    storages.emplace_back(storage, std::string(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()));
  }
  const std::string options = pickled::global("omegaconf.dictconfig", "DictConfig") + ")\x81";
  return zipped_pth(pickled::dict({{"opt", options}, {"model", pickled::dict(model)}, {"optimizer", "}"}}), storages);
}

TEST(PictureMapping, IsThePublishedNetworkOfItsContainer) {
  const torch::NoGradGuard no_grad;
  MappingModule network({});
  fill_by_formula(network, "X");
  const auto bytes = container_of(network);
  const auto mapping =
      PictureMapping::load(Pth::parse(std::as_bytes(std::span(bytes)), "x.pth"), torch::kCPU, torch::kFloat32);

  const auto vectors = Safetensors::read(VIVIDFACE_TEST_DATA "/mapping/golden_x.safetensors");
  const MappingArchitecture architecture;
  const auto channelwise = [](const std::array<float, 3>& v) {
    return torch::tensor({v[0], v[1], v[2]}).view({1, 3, 1, 1});
  };
  // The vectors' input is normalized by ImageNet's mean and deviation: undone here, for the network does it.
  const auto picture =
      to_tensor(vectors["X.in"]) * channelwise(architecture.deviation) + channelwise(architecture.mean);
  EXPECT_LE((mapping(picture) - to_tensor(vectors["X.y"])).abs().max().item<float>(), 1e-5);
  // I_m is larger: it is shrunk first.
  EXPECT_EQ(mapping(torch::rand({1, 3, 512, 512})).sizes(), (torch::IntArrayRef{1, 30}));
}

TEST(PictureMapping, SeesItsCropAndGivesControlsInTheirUnits) {
  const torch::NoGradGuard no_grad;
  MappingArchitecture architecture{.base_channels = 8, .input_size = 64, .crop = {0.25f, 0.125f, 0.5f}};
  architecture.scale.fill(2);
  architecture.offset.fill(0.5f);
  const auto network = std::make_shared<MappingModule>(architecture);
  const auto picture = torch::rand({1, 3, 128, 128});
  const auto controls = PictureMapping(network, torch::kCPU, torch::kFloat32)(picture);
  const auto seen = picture.narrow(2, 16, 64).narrow(3, 32, 64);
  const auto expected = network->forward(normalised(seen * 255, architecture)).y * 2 + 0.5;
  EXPECT_LE((controls - expected).abs().max().item<float>(), 1e-5);
}

TEST(PictureMapping, RefusesOtherNetworks) {
  const auto file = Checkpoint::read(VIVIDFACE_TEST_DATA "/golden/tiny_checkpoint/x2control_container.pth");
  EXPECT_THAT([&] { PictureMapping::load(file, torch::kCPU, torch::kFloat32); },
              testing::ThrowsMessage<InputError>(testing::HasSubstr("feature_extractor.0.weight")));
}

}  // namespace
}  // namespace vividface
