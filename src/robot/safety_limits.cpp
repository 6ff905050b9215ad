#include "robot/safety_limits.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/resources.h"
#include "robot/safety.h"

namespace vividface {
namespace {

// A finite number in [0, most]; 0 where there is none.
double at_least_zero(const nlohmann::json& parent, const char* key, double most) {
  const double value = parent.value(key, 0.0);
  if (value >= 0 && value <= most) return value;
  throw InputError(std::string(key) + " must be 0 or more and at most " + nlohmann::json(most).dump());
}

// A finite number in (0, most].
double positive(const nlohmann::json& parent, const char* key, double most) {
  const double value = parent.at(key).get<double>();
  if (value > 0 && value <= most) return value;
  throw InputError(std::string(key) + " must be above 0 and at most " + nlohmann::json(most).dump());
}

void read_region(const nlohmann::json& region, const ControlTable& table, SafetyLimits& limits,
                 std::array<bool, kControlCount>& seen) {
  constexpr double kFastestCutoff = 1000, kMostBeta = 1000, kFastestRest = 10, kFastestRate = 1e4;
  const OneEuroParameters filter{positive(region, "min_cutoff_hz", kFastestCutoff), positive(region, "beta", kMostBeta),
                                 positive(region, "derivative_cutoff_hz", kFastestCutoff),
                                 at_least_zero(region, "rest_speed", kFastestRest)};
  const nlohmann::json& fastest = region.at("fastest");
  if (!fastest.is_object()) throw InputError("fastest must be an object of controls and rates");
  for (const auto& [name, rate] : fastest.items()) {
    const std::optional<std::size_t> index = table.index_of(name);
    if (!index) throw InputError("there is no control \"" + name + "\"");
    if (std::exchange(seen[*index], true)) throw InputError("control " + name + " comes twice");
    limits.fastest[*index] = positive(fastest, name.c_str(), kFastestRate);
    limits.filter[*index] = filter;
  }
}

}  // namespace

SafetyLimits SafetyLimits::load(const std::filesystem::path& path, const ControlTable& table) {
  std::ifstream file(path);
  if (!file) throw InputError("cannot read the safety limits " + path.string() + ": no such file or not readable");
  return parse(file, path.string(), table);
}

SafetyLimits SafetyLimits::parse(std::istream& json, const std::string& name, const ControlTable& table) {
  SafetyLimits limits;
  try {
    const nlohmann::json root = nlohmann::json::parse(json);
    constexpr double kLongestHold = 2, kLongestTakeover = 10, kLongestStep = 0.5;
    limits.hold_after = positive(root, "hold_after_s", kLongestHold);
    limits.hold = positive(root, "hold_s", kLongestHold);
    limits.ease = positive(root, "ease_s", kLongestHold);
    limits.takeover = positive(root, "takeover_s", kLongestTakeover);
    limits.longest_step = positive(root, "longest_step_s", kLongestStep);
    if (limits.hold + limits.ease > kLongestHold) throw InputError("hold_s and ease_s must not be above 2 together");

    std::array<bool, kControlCount> seen{};
    const nlohmann::json& regions = root.at("regions");
    if (!regions.is_array()) throw InputError("regions must be an array");
    for (const nlohmann::json& region : regions) read_region(region, table, limits, seen);
    for (std::size_t i = 0; i < kControlCount; ++i) {
      const ControlSpec& spec = table[i];
      if (!seen[i]) throw InputError("control " + spec.name + " is in no region");
      const double way = std::max(spec.shadowing.max - spec.neutral, spec.neutral - spec.shadowing.min);
      if (limits.fastest[i] * limits.ease < kEasePeakSpeed * way) {
        throw InputError("control " + spec.name + " is too slow to reach neutral within ease_s");
      }
    }
  } catch (const InputError& error) {
    throw InputError("safety limits " + name + ": " + error.what());
  } catch (const nlohmann::json::exception& error) {
    throw InputError("safety limits " + name + " are not as config/safety.json: " + error.what());
  }
  return limits;
}

const SafetyLimits& SafetyLimits::ameca() {
  static const SafetyLimits limits = load(resource("config/safety.json"), ControlTable::ameca());
  return limits;
}

}  // namespace vividface
