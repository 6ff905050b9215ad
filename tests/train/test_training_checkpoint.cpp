#include <gtest/gtest.h>

#include <utility>

#include "train/training_checkpoint.h"

namespace vividface {
namespace {

TEST(TrainingFingerprint, KnowsOptionsWeightsAndRows) {
  const auto sample = [](const char* name) {
    return MappingSample{
        .canonical = name, .animated = {}, .motion = {}, .person = {}, .controls = {}, .split = "train"};
  };
  MappingTraining training;
  ControlVector weights{};
  TrainingData data;
  data.train.samples = {sample("a/1.jpg"), sample("a/2.jpg")};
  const std::string before = training_fingerprint(training, weights, data);

  data.train.samples[0].canonical = "moved/1.jpg";
  training.resume = true;
  training.command = "other";
  EXPECT_EQ(training_fingerprint(training, weights, data), before);

  const auto changes = [&](auto change) {
    MappingTraining t = training;
    ControlVector w = weights;
    TrainingData d = data;
    change(t, w, d);
    EXPECT_NE(training_fingerprint(t, w, d), before);
  };
  changes([](auto& t, auto&, auto&) { t.crop.top = 0.2f; });
  changes([](auto& t, auto&, auto&) { t.seed = 2; });
  changes([](auto&, auto& w, auto&) { w[3] = 0.5f; });
  changes([](auto&, auto&, auto& d) { d.train.samples[1].controls[29] = 1e-6f; });
  changes([](auto&, auto&, auto& d) { d.train.samples[1].canonical = "a/3.jpg"; });
  changes([](auto&, auto&, auto& d) { d.train.samples[1].animated = "a/2.jpg"; });
  changes([](auto&, auto&, auto& d) { d.train.samples[1].split = "val"; });
  changes([](auto&, auto&, auto& d) { std::swap(d.train.samples[0], d.train.samples[1]); });
  changes([&](auto&, auto&, auto& d) { d.held_out.samples.push_back(sample("a/3.jpg")); });
}

}  // namespace
}  // namespace vividface
