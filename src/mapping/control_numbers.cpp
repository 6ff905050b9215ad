#include "mapping/control_numbers.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.h"

namespace vividface {

ControlVector parse_control_numbers(const std::string& json, const std::string& key, float most,
                                    const ControlVector& otherwise, const std::string& name) {
  const ControlTable& table = ControlTable::ameca();
  ControlVector numbers = otherwise;
  try {
    const nlohmann::json root = nlohmann::json::parse(json);
    for (const auto& [control, value] : root.at(key).items()) {
      const auto index = table.index_of(control);
      if (!index) throw std::runtime_error("\"" + control + "\" is no control of config/ameca.json");
      const auto number = value.get<float>();
      if (number >= 0 && number <= most) {
        numbers[*index] = number;
        continue;
      }
      char limit[16];
      std::snprintf(limit, sizeof limit, "%g", static_cast<double>(most));
      throw std::runtime_error("\"" + control + "\": expected a " + key + " of 0 to " + limit);
    }
  } catch (const std::exception& error) {
    throw InputError(name + ": " + error.what());
  }
  return numbers;
}

}  // namespace vividface
