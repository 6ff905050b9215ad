#include "transfer/liveportrait/streaming.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "liveportrait/small_models.h"
#include "mapping/picture_mapping.h"
#include "temporary_folder.h"
#include "transfer/liveportrait/checkpoint_folder.h"

// A stream's frames, at sizes of a few channels, on every device there is.

namespace vividface::liveportrait {
namespace {

using torch::Tensor;

struct StreamedToCpu {
  Tensor picture, bytes, controls;
};

class StreamingOn : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() != std::string("cpu") && !torch::cuda::is_available())
      GTEST_SKIP() << "no CUDA device: its stream is not run";
    torch::manual_seed(5);
    for (Tensor& picture : pictures_) picture = torch::randint(0, 256, {1, 3, 256, 256}, torch::kUInt8);
    write_small_models(models_);
    const Placement place = Placement::named(GetParam(), "fp32");
    networks_ = std::make_shared<const Networks>(load_checkpoints(models_), place);
    mapping_ = PictureMapping::load(Checkpoint::read(checkpoint_file(models_, 'X')), place.device, place.dtype);
  }

  /// What is seen of pictures 1, 2, … with picture 0 as source and reference.
  std::vector<StreamedToCpu> stream(Streaming::Mapping mapping) const {
    const torch::InferenceMode inference;
    Streaming stream(networks_, pictures_[0].to(torch::kFloat32) / 255, std::move(mapping));
    stream.set_reference(pictures_[0]);
    std::vector<StreamedToCpu> seen;
    for (std::size_t i = 1; i < pictures_.size(); ++i) {
      const StreamedFrame& frame = stream.step(pictures_[i]);
      seen.push_back({frame.picture.to(torch::kCPU, torch::kFloat32, false, true), frame.bytes.clone(),
                      frame.controls.defined() ? frame.controls.clone() : Tensor()});
    }
    return seen;
  }

  /// On CUDA convolutions are in TF32, by kernels that a library chooses anew for every stream.
  static double tolerance() { return GetParam() == std::string("cpu") ? 1e-5 : 1e-2; }

  TemporaryFolder folder_;
  std::filesystem::path models_ = folder_ / "models";
  std::array<Tensor, 4> pictures_;
  std::shared_ptr<const Networks> networks_;
  Streaming::Mapping mapping_;
};

TEST_P(StreamingOn, PictureAndControlsOfEveryFrameComeToTheCpu) {
  for (const StreamedToCpu& frame : stream(mapping_)) {
    EXPECT_TRUE(frame.bytes.is_cpu());
    EXPECT_EQ(frame.bytes.sizes(), at::IntArrayRef({512, 512, 3}));
    const auto rgb = frame.bytes.flip({2}).permute({2, 0, 1}).to(torch::kFloat32) / 255;
    EXPECT_LE((rgb - frame.picture[0]).abs().max().item<double>(), 0.5 / 255 + 1e-6);
    EXPECT_TRUE(frame.controls.is_cpu());
    const Tensor read = mapping_(frame.picture.to(networks_->place.device)).to(torch::kCPU);
    EXPECT_LE((frame.controls - read).abs().max().item<double>(), tolerance());
  }
}

TEST_P(StreamingOn, FramesDiffer) {
  const auto seen = stream(mapping_);
  EXPECT_FALSE(torch::equal(seen[0].bytes, seen[1].bytes));
  EXPECT_FALSE(torch::equal(seen[0].controls, seen[1].controls));
}

TEST_P(StreamingOn, PictureNeedsNoMappingNetwork) {
  const auto with = stream(mapping_), without = stream({});
  for (std::size_t i = 0; i < with.size(); ++i) {
    EXPECT_FALSE(without[i].controls.defined());
    EXPECT_LE((with[i].picture - without[i].picture).abs().max().item<double>(), tolerance());
  }
}

TEST_P(StreamingOn, TwoStreamsAtOnceDoNotDisturbEachOther) {
  const auto alone = stream(mapping_);
  std::array<std::vector<StreamedToCpu>, 2> together;
  std::array<std::thread, 2> threads;
  for (std::size_t t = 0; t < threads.size(); ++t) threads[t] = std::thread([&, t] { together[t] = stream(mapping_); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& seen : together) {
    for (std::size_t i = 0; i < alone.size(); ++i)
      EXPECT_LE((seen[i].picture - alone[i].picture).abs().max().item<double>(), tolerance());
  }
}

INSTANTIATE_TEST_SUITE_P(Device, StreamingOn, testing::Values("cpu", "cuda:0"), [](const auto& device) {
  return std::string(device.param).substr(0, std::string(device.param).find(':'));
});

}  // namespace
}  // namespace vividface::liveportrait
