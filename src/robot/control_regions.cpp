#include "robot/control_regions.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/resources.h"

namespace vividface {
namespace {

std::size_t index_of(const nlohmann::json& name, const ControlTable& table) {
  const auto index = table.index_of(name.get<std::string>());
  if (!index) throw InputError("there is no control \"" + name.get<std::string>() + "\"");
  return *index;
}

std::size_t partner_of(const std::string& name, std::size_t self, const ControlTable& table) {
  constexpr std::string_view kLeft = " Left", kRight = " Right";
  const auto other = [&](std::string_view end, std::string_view with) {
    return table.index_of(name.substr(0, name.size() - end.size()) + std::string(with)).value_or(self);
  };
  if (name.ends_with(kLeft)) return other(kLeft, kRight);
  return name.ends_with(kRight) ? other(kRight, kLeft) : self;
}

}  // namespace

ControlRegions ControlRegions::load(const std::filesystem::path& path, const ControlTable& table) {
  std::ifstream file(path);
  if (!file) throw InputError("cannot read the regions " + path.string() + ": no such file or not readable");
  return parse(file, path.string(), table);
}

ControlRegions ControlRegions::parse(std::istream& json, const std::string& name, const ControlTable& table) {
  ControlRegions all;
  try {
    const nlohmann::json root = nlohmann::json::parse(json);
    std::array<bool, kControlCount> seen{};
    for (const nlohmann::json& entry : root.at("regions")) {
      ControlRegion region{.name = entry.at("name").get<std::string>(), .controls = {}};
      if (all.find(region.name) != nullptr) throw InputError("region " + region.name + " comes twice");
      for (const nlohmann::json& control : entry.at("controls")) {
        const std::size_t index = index_of(control, table);
        if (std::exchange(seen[index], true)) throw InputError("control " + table[index].name + " comes twice");
        region.controls.push_back(index);
      }
      all.regions_.push_back(std::move(region));
    }
    for (std::size_t i = 0; i < kControlCount; ++i) {
      if (!seen[i]) throw InputError("control " + table[i].name + " is in no region");
      all.partners_[i] = partner_of(table[i].name, i, table);
    }
    for (const nlohmann::json& control : root.at("sideways")) all.sideways_[index_of(control, table)] = true;
  } catch (const InputError& error) {
    throw InputError("regions " + name + ": " + error.what());
  } catch (const nlohmann::json::exception& error) {
    throw InputError("regions " + name + " are not as config/control_regions.json: " + error.what());
  }
  return all;
}

const ControlRegions& ControlRegions::ameca() {
  static const ControlRegions regions = load(resource("config/control_regions.json"), ControlTable::ameca());
  return regions;
}

const ControlRegion* ControlRegions::find(std::string_view name) const {
  const auto it = std::ranges::find(regions_, name, &ControlRegion::name);
  return it == regions_.end() ? nullptr : &*it;
}

}  // namespace vividface
