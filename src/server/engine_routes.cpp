#include "server/engine_routes.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "server/access.h"

namespace vividface {
namespace {

namespace http = boost::beast::http;
using http::status;
using http::verb;

// Nothing for anything but {"name":"…"}.
std::optional<std::string> engine_name(const HttpRequest& request) {
  constexpr std::size_t kLongest = 1 << 10;
  const std::vector<std::uint8_t>& body = request.body();
  if (body.size() > kLongest || !query_of(request).empty()) return std::nullopt;
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.size() != 1 || !json.contains("name") || !json["name"].is_string()) return std::nullopt;
  return json["name"].get<std::string>();
}

RouteAnswer chosen(const HttpRequest& request, LiveEngines& engines) {
  if (request.method() != verb::post) return {status::method_not_allowed, "only POST"};
  const std::optional<std::string> name = engine_name(request);
  if (!name) return {status::bad_request, "expected an engine's name: {\"name\":\"mesh\"}"};
  const std::optional<Refusal> refused = engines.choose(*name);
  return refused ? RouteAnswer(refused->status, refused->line) : RouteAnswer(status::ok, engines.message());
}

}  // namespace

Route engines_route(const LiveEngines& engines) {
  return [&engines](const HttpRequest& request, std::string_view path) -> std::optional<RouteAnswer> {
    if (path != "/engines") return std::nullopt;
    if (request.method() != verb::get) return RouteAnswer(status::method_not_allowed, "only GET");
    return RouteAnswer(status::ok, engines.message());
  };
}

WaitingRoute engine_route(LiveEngines& engines) {
  return {.has = [](std::string_view path) { return path == "/engine"; },
          .answer =
              [&engines](const HttpRequest& request, bool) {
                const auto [code, line] = chosen(request, engines);
                return text_response(code, line, request.version(), request.keep_alive());
              }};
}

}  // namespace vividface
