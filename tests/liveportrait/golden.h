#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <string>

#include "checkpoint/checkpoint.h"

namespace vividface::liveportrait {

/// A tensor of a golden file, float32.
inline torch::Tensor golden(const Checkpoint& file, const std::string& key) {
  const auto& view = file[key];
  const auto values = file.floats(key);
  return torch::tensor(values).view(view.shape);
}

/// How the golden files sample large tensors: every step-th value of the flattened tensor, `count` at most.
inline torch::Tensor sampled(const torch::Tensor& tensor, std::int64_t count) {
  const auto flat = tensor.contiguous().flatten();
  const auto step = std::max<std::int64_t>(1, flat.numel() / count);
  return flat.slice(0, 0, flat.numel(), step).slice(0, 0, count);
}

inline void expect_near(const torch::Tensor& actual, const torch::Tensor& expected, double tolerance,
                        const char* what) {
  ASSERT_EQ(actual.numel(), expected.numel()) << what;
  const auto error = (actual.flatten().to(torch::kFloat64) - expected.flatten().to(torch::kFloat64)).abs().max();
  EXPECT_LE(error.item<double>(), tolerance) << what;
}

}  // namespace vividface::liveportrait
