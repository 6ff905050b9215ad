#pragma once

#include <torch/nn.h>

#include <map>

namespace vividface {

/// AdamW over a module whose parameters it moves into one tensor, so that a step is a handful of operations instead of
/// thousands (a small network on a GPU waits for launches). Keeps a moving average of the parameters and of the batch
/// norms' statistics, which is what training gives in the end.
class FlatAdamW {
 public:
  struct Options {
    double weight_decay = 0.05;  ///< decoupled, times the learning rate
    double clip = 1;             ///< greatest norm of the whole gradient
    double average = 0.998;      ///< decay of the moving average a step; smaller in the first steps
  };
  FlatAdamW(torch::nn::Module& module, const Options& options);

  void zero_gradient();
  /// One update from the gradient that backward() left. β = 0.9, 0.999, ε = 1e-8.
  void step(double learning_rate);

  /// Swaps the module's values with the averaged ones; twice is as before.
  void swap_average();

  /// Everything that a later step depends on, by name: to be saved, and to be filled when training goes on.
  std::map<std::string, torch::Tensor> state() const;
  std::int64_t steps = 0;

 private:
  Options options_;
  torch::Tensor values_, gradient_, first_moment_, second_moment_, average_;
  torch::Tensor statistics_, average_statistics_;
  torch::Tensor counters_;  ///< the batches that the batch norms have seen
};

}  // namespace vividface
