#include "mapping/expression_gain.h"

#include "checkpoint/checkpoint.h"
#include "mapping/control_numbers.h"

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
  ExpressionGain result;
  result.gain_ = parse_control_numbers(text, "gain", kMost, result.gain_, name);
  return result;
}

void ExpressionGain::apply(ControlVector& controls) const {
  for (std::size_t i = 0; i < kControlCount; ++i) controls[i] = neutral_[i] + gain_[i] * (controls[i] - neutral_[i]);
}

}  // namespace vividface
