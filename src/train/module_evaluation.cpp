#include "train/module_evaluation.h"

#include <torch/torch.h>

#include <algorithm>
#include <utility>

namespace vividface {
namespace {

constexpr std::size_t kBatch = 256;

void score_pictures(MappingModule& network, const TrainingPart& part, const PictureStore& store,
                    const std::function<bool(std::size_t)>& wanted, RegressionScore& score) {
  const MappingArchitecture& architecture = network.architecture();
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < part.samples.size(); ++i)
    if (store.slots[i] >= 0 && wanted(i)) rows.push_back(static_cast<std::int64_t>(i));
  if (rows.empty()) return;
  const auto y = read_pictures(network, part, store, rows);
  const float* row = y.data_ptr<float>();
  for (const std::int64_t i : rows) {
    ControlVector controls;
    for (std::size_t c = 0; c < kControlCount; ++c)
      controls[c] = architecture.offset[c] + architecture.scale[c] * row[c];
    score.add(controls, part.samples[static_cast<std::size_t>(i)].controls);
    row += kControlCount;
  }
}

}  // namespace

torch::Tensor read_pictures(MappingModule& network, const TrainingPart& part, const PictureStore& store,
                            std::span<const std::int64_t> rows) {
  torch::NoGradGuard no_grad;
  const auto some = [](const torch::Tensor& all, const std::vector<std::int64_t>& places) {
    return all.index_select(0, torch::tensor(places, torch::kLong).to(all.device()));
  };
  std::vector<torch::Tensor> y;
  for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
    const auto batch = rows.subspan(begin, std::min(kBatch, rows.size() - begin));
    const std::vector<std::int64_t> places(batch.begin(), batch.end());
    std::vector<std::int64_t> slots;
    for (const std::int64_t row : batch) slots.push_back(store.slots[static_cast<std::size_t>(row)]);
    const auto rgb = some(store.pictures, slots);
    const auto motion = part.motion.defined() ? some(part.motion, places) : torch::Tensor();
    y.push_back(network.forward(normalised(rgb, network.architecture()), motion).y.to(torch::kCPU));
  }
  return torch::cat(y).contiguous();
}

MappingEvaluation evaluate_module(MappingModule& network, const TrainingPart& part,
                                  const std::array<bool, kControlCount>& learnt,
                                  const std::function<bool(std::size_t)>& wanted) {
  torch::NoGradGuard no_grad;
  network.eval();
  MappingEvaluation evaluation{
      .canonical = {}, .animated = {}, .sees_person = network.architecture().sees_person, .learnt = learnt};
  score_pictures(network, part, part.canonical, wanted, evaluation.canonical);
  score_pictures(network, part, part.animated, wanted, evaluation.animated);
  network.train();
  return evaluation;
}

}  // namespace vividface
