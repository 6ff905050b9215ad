#include "robot/profile_file.h"

#include <toml++/toml.h>

#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "base/error.h"

namespace vividface {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kAbout =
    "# A profile of vividface: how a person's expression is shaped before the safety stage (docs/profiles.md).\n"
    "# gain and curve work on the way from neutral; offset, min and max are in the control's own unit.\n";

// Each key of a control once, for reading and writing.
template <typename Shape, typename Visit>
void for_each_key(Shape& shape, Visit visit) {
  visit("gain", shape.gain, /*of_regions=*/true);
  visit("curve", shape.curve, true);
  visit("mirror", shape.mirror, true);
  visit("mute", shape.mute, true);
  visit("offset", shape.offset, false);
  visit("min", shape.min, false);
  visit("max", shape.max, false);
}

void read(const Json& json, const std::string& what, float& value) {
  if (!json.is_number()) throw InputError(what + " must be a number");
  constexpr double kLargest = 1e9;
  const double number = json.get<double>();
  value = std::abs(number) < kLargest ? static_cast<float>(number) : std::numeric_limits<float>::quiet_NaN();
}

void read(const Json& json, const std::string& what, bool& value) {
  if (!json.is_boolean()) throw InputError(what + " must be true or false");
  value = json.get<bool>();
}

void read(const Json& json, const std::string& what, std::string& value) {
  if (!json.is_string()) throw InputError(what + " must be a text");
  value = json.get<std::string>();
}

void override_by(ControlShape& shape, const Json& json, const std::string& of, bool is_region) {
  if (!json.is_object()) throw InputError(of + " must be a table");
  for (const auto& [key, entry] : json.items()) {
    bool is_known = false;
    for_each_key(shape, [&, &given = key, &from = entry](std::string_view known, auto& value, bool of_regions) {
      if (known != given || (is_region && !of_regions)) return;
      read(from, given + " of " + of, value);
      is_known = true;
    });
    if (!is_known) throw InputError("there is no \"" + key + "\" of " + of);
  }
}

const Json& table(const Json& root, const char* key) {
  static const Json kNone = Json::object();
  if (!root.contains(key)) return kNone;
  if (!root[key].is_object()) throw InputError(std::string("\"") + key + "\" must be a table");
  return root[key];
}

ProfileSettings settings_of(const Json& root) {
  if (!root.is_object()) throw InputError("it must be a table");
  const ControlTable& controls = ControlTable::ameca();
  ProfileSettings settings;
  for (const auto& [key, value] : root.items()) {
    if (key == "name") {
      read(value, "name", settings.name);
    } else if (key == "about") {
      read(value, "about", settings.about);
    } else if (key == "mirror") {
      read(value, "mirror", settings.mirror);
    } else if (key != "regions" && key != "controls") {
      throw InputError("there is no \"" + key + "\"; docs/profiles.md lists what there is");
    }
  }
  for (const auto& [name, value] : table(root, "regions").items()) {
    const ControlRegion* const region = ControlRegions::ameca().find(name);
    if (region == nullptr) throw InputError("there is no region \"" + name + "\"");
    for (const std::size_t i : region->controls) override_by(settings.controls[i], value, "region " + name, true);
  }
  for (const auto& [name, value] : table(root, "controls").items()) {
    const auto index = controls.index_of(name);
    if (!index) throw InputError("there is no control \"" + name + "\"");
    override_by(settings.controls[*index], value, "\"" + name + "\"", false);
  }
  return settings;
}

template <typename Read>
Profile read_profile(std::string_view text, const std::string& name, Read read) {
  try {
    if (text.size() > kLargestProfile) {
      throw InputError("is larger than " + std::to_string(kLargestProfile >> 10) + " KiB");
    }
    return Profile(settings_of(read()));
  } catch (const InputError& error) {
    throw InputError("profile \"" + name + "\": " + error.what());
  } catch (const toml::parse_error& error) {
    throw InputError("profile \"" + name + "\" line " + std::to_string(error.source().begin.line) + ": " +
                     std::string(error.description()));
  } catch (const nlohmann::json::exception& error) {
    throw InputError("profile \"" + name + "\" is not readable: " + error.what());
  }
}

// Only what differs from a shape that changes nothing.
template <typename Visit>
void for_each_difference(const ControlShape& shape, ControlShape plain, Visit visit) {
  for_each_key(shape, [&](std::string_view key, const auto& value, bool) {
    for_each_key(plain, [&](std::string_view other, const auto& usual, bool) {
      if constexpr (std::is_same_v<decltype(value), decltype(usual)>) {
        if (key == other && value != usual) visit(key, value);
      }
    });
  });
}

std::string text(bool value) { return value ? "true" : "false"; }
std::string text(float value) {  // what reads back as the same
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}
// JSON's escapes are TOML's, too.
std::string text(const std::string& value) { return Json(value).dump(-1, ' ', true, Json::error_handler_t::replace); }

}  // namespace

Profile load_profile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || !std::filesystem::is_regular_file(path)) {
    throw InputError("profile \"" + path.string() + "\": no such file or not readable");
  }
  std::string toml(kLargestProfile + 1, '\0');
  file.read(toml.data(), static_cast<std::streamsize>(toml.size()));
  toml.resize(static_cast<std::size_t>(file.gcount()));
  return profile_of_toml(toml, path.string());
}

Profile profile_of_toml(std::string_view toml, const std::string& name) {
  return read_profile(toml, name, [&] {
    std::ostringstream json;
    json << toml::json_formatter(toml::parse(toml));
    return Json::parse(json.str());
  });
}

Profile profile_of_json(std::string_view json, const std::string& name) {
  return read_profile(json, name, [&] { return Json::parse(json); });
}

std::string to_toml(const ProfileSettings& settings) {
  const ControlTable& table = ControlTable::ameca();
  const ProfileSettings plain(table);
  std::string out = kAbout;
  out += "name = " + text(settings.name) + "\n";
  if (!settings.about.empty()) out += "about = " + text(settings.about) + "\n";
  out += "mirror = " + text(settings.mirror) + "  # left and right swapped\n";
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlSpec& spec = table[i];
    if (settings.controls[i] == plain.controls[i]) continue;
    out += "\n[controls." + text(spec.name) + "]  # " + spec.unit + ", " + text(spec.shadowing.min) + " to " +
           text(spec.shadowing.max) + ", neutral " + text(spec.neutral) + "\n";
    for_each_difference(settings.controls[i], plain.controls[i], [&](std::string_view key, const auto& value) {
      out += std::string(key) + " = " + text(value) + "\n";
    });
  }
  return out;
}

std::string to_json(const ProfileSettings& settings) {
  const ControlTable& table = ControlTable::ameca();
  const ProfileSettings plain(table);
  Json json = {
      {"name", settings.name}, {"about", settings.about}, {"mirror", settings.mirror}, {"controls", Json::object()}};
  for (std::size_t i = 0; i < kControlCount; ++i) {
    for_each_difference(settings.controls[i], plain.controls[i], [&](std::string_view key, const auto& value) {
      json["controls"][table[i].name][std::string(key)] = Json::parse(text(value));  // 0.8, not 0.800000012
    });
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vividface
