#include "robot/controls.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/resources.h"

namespace vividface {
namespace {

ControlRange read_range(const nlohmann::json& value, const std::string& what) {
  if (!value.is_array() || value.size() != 2) throw InputError(what + " must be [min, max]");
  const ControlRange range{value[0].get<float>(), value[1].get<float>()};
  if (!(range.min < range.max) || !std::isfinite(range.min) || !std::isfinite(range.max))
    throw InputError(what + " must be finite and have min < max");
  return range;
}

ControlSpec read_spec(const nlohmann::json& entry) {
  ControlSpec spec;
  spec.name = entry.at("name").get<std::string>();
  if (!entry.at("namespace").is_null()) spec.name_space = entry.at("namespace").get<std::string>();
  spec.unit = entry.at("unit").get<std::string>();
  if (spec.unit != "normalized" && spec.unit != "degree") {
    throw InputError("control " + spec.name + " has the unit " + spec.unit + ", expected normalized or degree");
  }
  spec.shadowing = read_range(entry.at("shadowing_range"), "shadowing_range of control " + spec.name);
  spec.dataset = read_range(entry.at("dataset_range"), "dataset_range of control " + spec.name);
  spec.neutral = entry.at("neutral").get<float>();
  if (!(spec.neutral >= spec.shadowing.min && spec.neutral <= spec.shadowing.max)) {
    throw InputError("neutral of control " + spec.name + " lies outside its shadowing_range");
  }
  return spec;
}

}  // namespace

ControlTable ControlTable::load(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw InputError("cannot read the control table " + path.string() + ": no such file or not readable");
  return parse(file, path.string());
}

ControlTable ControlTable::parse(std::istream& json, const std::string& name) {
  ControlTable table;
  try {
    const nlohmann::json root = nlohmann::json::parse(json);
    const nlohmann::json& controls = root.at("controls");
    if (!controls.is_array() || controls.size() != kControlCount) {
      throw InputError("has " + std::to_string(controls.size()) + " controls, expected " +
                       std::to_string(kControlCount));
    }
    for (std::size_t i = 0; i < kControlCount; ++i) {
      ControlSpec spec = read_spec(controls[i]);
      if (controls[i].at("index").get<std::size_t>() != i) {
        throw InputError("control " + spec.name + " is at place " + std::to_string(i) + " but has another index");
      }
      if (std::any_of(table.specs_.begin(), table.specs_.begin() + i, [&](auto& s) { return s.name == spec.name; })) {
        throw InputError("control " + spec.name + " comes twice");
      }
      table.specs_[i] = std::move(spec);
    }
  } catch (const InputError& error) {
    throw InputError("control table " + name + ": " + error.what());
  } catch (const nlohmann::json::exception& error) {
    throw InputError("control table " + name + " is not as config/ameca.json: " + error.what());
  }
  return table;
}

const ControlTable& ControlTable::ameca() {
  static const ControlTable table = load(resource("config/ameca.json"));
  return table;
}

std::optional<std::size_t> ControlTable::index_of(std::string_view name) const {
  for (std::size_t i = 0; i < kControlCount; ++i) {
    if (specs_[i].name == name) return i;
  }
  return std::nullopt;
}

ControlVector ControlTable::neutral() const {
  ControlVector out;
  for (std::size_t i = 0; i < kControlCount; ++i) out[i] = specs_[i].neutral;
  return out;
}

ControlVector ControlTable::clamp(const ControlVector& controls) const {
  ControlVector out;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlSpec& spec = specs_[i];
    out[i] =
        std::isfinite(controls[i]) ? std::clamp(controls[i], spec.shadowing.min, spec.shadowing.max) : spec.neutral;
  }
  return out;
}

}  // namespace vividface
