#include "mapping/expression_gain.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.h"

namespace vividface {

ExpressionGain ExpressionGain::load(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw InputError("cannot read the expression gains " + path.string() + ": no such file or not readable");
  return parse(file, path.string());
}

ExpressionGain ExpressionGain::parse(std::istream& stream, const std::string& file) {
  const ControlTable& table = ControlTable::ameca();
  ExpressionGain result;
  result.gain_.fill(1);
  result.neutral_ = table.neutral();
  try {
    const nlohmann::json json = nlohmann::json::parse(stream);
    for (const auto& [control, value] : json.at("gain").items()) {
      const auto index = table.index_of(control);
      if (!index) throw std::runtime_error("\"" + control + "\" is no control of config/ameca.json");
      const auto gain = value.get<float>();
      if (!(gain >= 0 && gain <= kMost)) throw std::runtime_error("\"" + control + "\": expected a gain of 0 to 4");
      result.gain_[*index] = gain;
    }
  } catch (const std::exception& error) {
    throw InputError("expression gains " + file + ": " + error.what());
  }
  return result;
}

void ExpressionGain::apply(ControlVector& controls) const {
  for (std::size_t i = 0; i < kControlCount; ++i) controls[i] = neutral_[i] + gain_[i] * (controls[i] - neutral_[i]);
}

}  // namespace vividface
