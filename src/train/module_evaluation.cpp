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
  const std::vector<MappingSample>& samples = part.samples;
  std::vector<std::int64_t> slots, rows;
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (store.slots[i] >= 0 && wanted(i)) slots.push_back(store.slots[i]), rows.push_back(static_cast<std::int64_t>(i));
  for (std::size_t begin = 0; begin < slots.size(); begin += kBatch) {
    const std::size_t end = std::min(slots.size(), begin + kBatch);
    const auto some = [&](const torch::Tensor& all, const std::vector<std::int64_t>& places) {
      const at::ArrayRef<std::int64_t> these(places.data() + begin, end - begin);
      return all.index_select(0, torch::tensor(these, torch::kLong).to(all.device()));
    };
    const auto rgb = some(store.pictures, slots);
    const auto motion = part.motion.defined() ? some(part.motion, rows) : torch::Tensor();
    const auto y = network.forward(normalised(rgb, architecture), motion).y.to(torch::kCPU).contiguous();
    const float* row = y.data_ptr<float>();
    for (std::size_t i = begin; i < end; ++i, row += kControlCount) {
      ControlVector controls;
      for (std::size_t c = 0; c < kControlCount; ++c)
        controls[c] = architecture.offset[c] + architecture.scale[c] * row[c];
      score.add(controls, samples[static_cast<std::size_t>(rows[i])].controls);
    }
  }
}

}  // namespace

MappingEvaluation evaluate_module(MappingModule& network, const TrainingPart& part,
                                  const std::array<bool, kControlCount>& learnt,
                                  const std::function<bool(std::size_t)>& wanted) {
  torch::NoGradGuard no_grad;
  network.eval();
  MappingEvaluation evaluation{.canonical = {}, .animated = {}, .learnt = learnt};
  score_pictures(network, part, part.canonical, wanted, evaluation.canonical);
  score_pictures(network, part, part.animated, wanted, evaluation.animated);
  network.train();
  return evaluation;
}

}  // namespace vividface
