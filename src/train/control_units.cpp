#include "train/control_units.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/resources.h"

namespace vividface {

ControlVector loss_weights() {
  ControlVector weights;
  weights.fill(1);
  const auto file = resource("config/mapping_training.json");
  std::ifstream in(file);
  const auto root = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || !root.contains("loss_weights")) throw InputError(file.string() + ": expected loss_weights");
  for (const auto& [name, weight] : root["loss_weights"].items()) {
    const auto index = ControlTable::ameca().index_of(name);
    if (!index || !weight.is_number() || weight < 0)
      throw InputError(file.string() + ": loss_weights: expected a control's name and a number from 0, found " + name);
    weights[*index] = weight.get<float>();
  }
  return weights;
}

ControlUnits control_units(const std::vector<MappingSample>& samples, const ControlVector& loss_weights) {
  ControlUnits units{.weight = loss_weights, .scale = {}, .offset = {}};
  for (std::size_t c = 0; c < kControlCount; ++c) {
    double sum = 0, squares = 0;
    for (const auto& sample : samples)
      sum += sample.controls[c], squares += static_cast<double>(sample.controls[c]) * sample.controls[c];
    const double n = static_cast<double>(samples.size()), mean = sum / n;
    const double deviation = std::sqrt(std::max(0.0, squares / n - mean * mean));
    const bool varies = deviation >= 1e-4;
    if (!varies) units.weight[c] = 0;
    const bool learnt = units.weight[c] > 0;
    units.scale[c] = learnt ? static_cast<float>(std::sqrt(12.0) * deviation) : 0;
    units.offset[c] = learnt || !varies ? static_cast<float>(mean) : ControlTable::ameca()[c].neutral;
  }
  if (std::ranges::none_of(units.weight, [](float weight) { return weight > 0; }))
    throw InputError("--data: none of the controls that the network learns varies");
  return units;
}

ControlUnits control_units(const MappingArchitecture& architecture, const ControlVector& loss_weights) {
  ControlUnits units{.weight = loss_weights, .scale = architecture.scale, .offset = architecture.offset};
  for (std::size_t c = 0; c < kControlCount; ++c)
    if (units.scale[c] == 0) units.weight[c] = 0;
  if (std::ranges::none_of(units.weight, [](float weight) { return weight > 0; }))
    throw InputError("--init: the network has learnt no control");
  return units;
}

std::array<bool, kControlCount> ControlUnits::learnt() const {
  std::array<bool, kControlCount> learnt{};
  for (std::size_t c = 0; c < kControlCount; ++c) learnt[c] = weight[c] > 0;
  return learnt;
}

}  // namespace vividface
