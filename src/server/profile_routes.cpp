#include "server/profile_routes.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/resources.h"
#include "robot/profile_file.h"

namespace vividface {
namespace {

namespace http = boost::beast::http;
using http::status;
using http::verb;
using Json = nlohmann::ordered_json;
using Answer = RouteAnswer;

std::string described(const ProfileStore& store) {
  const ProfileStore::State state = store.state();
  Json json = {{"v", 1},
               {"revision", state.revision},
               {"file", state.has_file},
               {"saved", state.is_saved},
               {"problem", state.problem},
               {"profile", Json::parse(to_json(state.profile->settings()))}};
  return json.dump();
}

// Those that the program comes with, by name.
Json presets() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(resource("config/profiles"))) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  Json list = Json::array();
  for (const auto& file : files) list.push_back(Json::parse(to_json(load_profile(file).settings())));
  return list;
}

std::string choices() {
  const ControlTable& table = ControlTable::ameca();
  Json json = {{"v", 1}, {"regions", Json::array()}};
  for (const ControlRegion& region : ControlRegions::ameca().regions()) {
    Json controls = Json::array();
    for (const std::size_t i : region.controls) {
      const auto [min, max] = table[i].shadowing;
      controls.push_back({{"name", table[i].name},
                          {"unit", table[i].unit},
                          {"min", min},
                          {"max", max},
                          {"neutral", table[i].neutral}});
    }
    json["regions"].push_back({{"name", region.name}, {"controls", std::move(controls)}});
  }
  json["limits"] = {{"gain", {0, ControlShape::kMostGain}},
                    {"curve", {ControlShape::kLeastCurve, ControlShape::kMostCurve}}};
  json["presets"] = presets();
  return json.dump();
}

Answer put(const HttpRequest& request, ProfileStore& store) {
  const std::string_view text(reinterpret_cast<const char*>(request.body().data()), request.body().size());
  if (text.size() > kLargestProfile) return {status::payload_too_large, "a profile is at most 64 KiB"};
  try {
    const bool is_toml = request[http::field::content_type].find("toml") != boost::beast::string_view::npos;
    store.set(is_toml ? profile_of_toml(text, "sent") : profile_of_json(text, "sent"));
    return {status::ok, described(store)};
  } catch (const InputError& error) {
    return {status::bad_request, error.what()};
  }
}

Answer save(ProfileStore& store) {
  try {
    store.save();
    return {status::ok, described(store)};
  } catch (const InputError& error) {
    return {status::conflict, error.what()};
  } catch (const std::exception& error) {
    return {status::internal_server_error, error.what()};
  }
}

}  // namespace

Route profile_routes(ProfileStore& store) {
  return [&store, choices = choices()](const HttpRequest& request, std::string_view path) -> std::optional<Answer> {
    const bool is_read = request.method() == verb::get;
    const bool is_write = request.method() == verb::put || request.method() == verb::post;
    if (path == "/profile") {
      if (is_read) return Answer{status::ok, described(store)};
      return is_write ? put(request, store) : Answer{status::method_not_allowed, "only GET, PUT and POST"};
    }
    if (path == "/profile/save") {
      return request.method() == verb::post ? save(store) : Answer{status::method_not_allowed, "only POST"};
    }
    if (path != "/profile.toml" && path != "/profile/choices") return std::nullopt;
    if (!is_read) return Answer{status::method_not_allowed, "only GET"};
    return Answer{status::ok, path == "/profile/choices" ? choices : to_toml(store.state().profile->settings())};
  };
}

}  // namespace vividface
