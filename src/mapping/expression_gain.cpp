#include "mapping/expression_gain.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.h"
#include "checkpoint/checkpoint.h"

namespace vividface {

namespace {

constexpr const char* kMetadata = "expression_gain";

}  // namespace

ExpressionGain::ExpressionGain() : neutral_(ControlTable::ameca().neutral()) { gain_.fill(1); }

ExpressionGain ExpressionGain::of(const Checkpoint& weights) {
  if (!weights.metadata().contains(kMetadata)) return {};
  return parse(weights.metadata(kMetadata), weights.name() + ": metadata \"" + kMetadata + "\"");
}

ExpressionGain ExpressionGain::parse(const std::string& text, const std::string& name) {
  const ControlTable& table = ControlTable::ameca();
  ExpressionGain result;
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    for (const auto& [control, value] : json.at("gain").items()) {
      const auto index = table.index_of(control);
      if (!index) throw std::runtime_error("\"" + control + "\" is no control of config/ameca.json");
      const auto gain = value.get<float>();
      if (!(gain >= 0 && gain <= kMost)) throw std::runtime_error("\"" + control + "\": expected a gain of 0 to 4");
      result.gain_[*index] = gain;
    }
  } catch (const std::exception& error) {
    throw InputError(name + ": " + error.what());
  }
  return result;
}

void ExpressionGain::apply(ControlVector& controls) const {
  for (std::size_t i = 0; i < kControlCount; ++i) controls[i] = neutral_[i] + gain_[i] * (controls[i] - neutral_[i]);
}

}  // namespace vividface
