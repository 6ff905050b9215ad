#include "server/http_routes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "server/access.h"
#include "server/person_request.h"
#include "server/session_path.h"
#include "server/web_socket.h"

namespace vividface {
namespace {

namespace http = boost::beast::http;
using http::status;
using http::verb;

// The types that a web page may not send elsewhere without asking: a page cannot shadow through a visitor's browser.
bool is_picture_type(const HttpRequest& request) {
  std::string type(request[http::field::content_type]);
  type = type.substr(0, type.find_first_of("; "));
  return boost::beast::iequals(type, "application/octet-stream") || boost::beast::iequals(type, "image/jpeg");
}

std::pair<status, std::string> take_frame(HttpRequest& request, const HttpActions& actions) {
  if (!is_picture_type(request)) {
    return {status::unsupported_media_type, "send a JPEG as application/octet-stream or image/jpeg"};
  }
  const std::optional<Refusal> refused = actions.frame({.jpeg = std::move(request.body()), .report = {}});
  return refused ? std::pair(refused->status, refused->line) : std::pair(status::ok, std::string("OK"));
}

std::pair<status, std::string> choose_person(const HttpRequest& request, const HttpActions& actions) {
  if (request.method() == verb::delete_) {
    actions.person(std::nullopt);
    return {status::ok, "the largest"};
  }
  if (request.method() != verb::post) return {status::method_not_allowed, "only POST and DELETE"};
  try {
    const std::vector<std::uint8_t>& body = request.body();
    const auto point = person_point(query_of(request), {reinterpret_cast<const char*>(body.data()), body.size()});
    actions.person(point);
    return {status::ok, point ? "chosen" : "the largest"};
  } catch (const InputError& error) {
    return {status::bad_request, error.what()};
  }
}

std::pair<status, std::string> release(const HttpRequest& request, bool from_this_machine, const HttpActions& actions) {
  if (!from_this_machine) return {status::forbidden, "only from the machine that serves"};
  if (request.count(http::field::origin) > 0 && !is_own_page(request)) {
    return {status::forbidden, "not from a web page of another origin"};
  }
  actions.release();
  return {status::ok, "released"};
}

bool is_there(std::string_view path, const HttpActions& actions) {
  if (path == "/healthz") return true;
  if (path == "/state") return static_cast<bool>(actions.state);
  if (path == "/metrics") return static_cast<bool>(actions.metrics);
  if (path == "/faces") return static_cast<bool>(actions.faces);
  if (path == "/person") return static_cast<bool>(actions.person);
  if (path == "/stream" || is_web_socket(path)) return static_cast<bool>(actions.frame);
  if (path == "/sessions") return static_cast<bool>(actions.sessions);
  if (path == "/pause" || path == "/start") return static_cast<bool>(actions.pause);
  return path == "/stop" || path == "/release";
}

// Null: there is none.
const WaitingRoute* waiting_route(const HttpRequest& request, const HttpActions& root) {
  const HttpActions* const actions = actions_of(root, path_of(request));
  if (actions == nullptr) return nullptr;
  const std::string_view path = session_path(path_of(request)).path;
  const auto found = std::ranges::find_if(actions->waiting, [&](const WaitingRoute& route) { return route.has(path); });
  return found == actions->waiting.end() ? nullptr : &*found;
}

std::string what_is_there(const HttpActions& actions) {
  if (actions.session) {
    return "there is /sessions, /healthz, /metrics, /pause, /start, /stop, /release, and /s/NAME/stream and so on";
  }
  return "there is /stream, /state, /healthz, /metrics, /faces, /person, /calibration, /people, /profile, /engines, "
         "/engine, /record, /recordings, /pause, /start, /stop, /release, /ws/stream, /ws/state and /ws/preview";
}

std::pair<status, std::string> result(HttpRequest& request, bool from_this_machine, const HttpActions& root) {
  const HttpActions* const found = actions_of(root, path_of(request));
  if (found == nullptr) return {status::not_found, "there is no such session"};
  const HttpActions& actions = *found;
  const std::string_view path = session_path(path_of(request)).path;
  for (const Route& route : actions.routes) {
    if (std::optional<RouteAnswer> answer = route(request, path)) return *std::move(answer);
  }
  if (!is_there(path, actions)) return {status::not_found, what_is_there(actions)};
  if (is_web_socket(path)) return {status::upgrade_required, "this is a WebSocket"};
  if (path == "/person") return choose_person(request, actions);
  constexpr std::array<std::string_view, 5> kPosts = {"/stream", "/stop", "/release", "/pause", "/start"};
  const bool is_post = std::ranges::find(kPosts, path) != kPosts.end();
  if (request.method() != (is_post ? verb::post : verb::get)) {
    return {status::method_not_allowed, is_post ? "only POST" : "only GET"};
  }
  if (path == "/healthz") return {status::ok, "ok"};
  if (path == "/state") return {status::ok, actions.state()};
  if (path == "/metrics") return {status::ok, actions.metrics()};
  if (path == "/faces") return {status::ok, actions.faces()};
  if (path == "/sessions") return {status::ok, actions.sessions()};
  if (path == "/stream") return take_frame(request, actions);
  if (path == "/release") return release(request, from_this_machine, actions);
  const auto& act = path == "/pause" ? actions.pause : path == "/start" ? actions.start : actions.stop;
  act();
  return {status::ok, path == "/pause" ? "paused" : path == "/start" ? "started" : "stopped"};
}

}  // namespace

const HttpActions* actions_of(const HttpActions& root, std::string_view path) {
  const std::string_view name = session_path(path).session;
  if (name.empty()) return &root;
  return root.session ? root.session(name) : nullptr;
}

HttpResponse text_response(status code, const std::string& line, unsigned version, bool keep_alive) {
  HttpResponse response(code, version);
  response.set(http::field::content_type, line.starts_with('{') ? "application/json" : "text/plain; charset=utf-8");
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.keep_alive(keep_alive);
  response.body() = line;
  response.prepare_payload();
  return response;
}

bool may_wait(const HttpRequest& request, const HttpActions& root) { return waiting_route(request, root) != nullptr; }

HttpResponse answer(HttpRequest&& request, bool from_this_machine, const HttpActions& actions) {
  if (actions.page && (request.method() == verb::get || asks_to_pair(request))) {
    if (std::optional<HttpResponse> page = actions.page(request, from_this_machine)) return std::move(*page);
  }
  if (const WaitingRoute* const route = waiting_route(request, actions)) {
    return route->answer(request, from_this_machine);
  }
  const auto [code, line] = result(request, from_this_machine, actions);
  return text_response(code, line, request.version(), request.keep_alive());
}

HttpResponse refusal(const Refusal& refused, bool keep_alive) {
  constexpr unsigned kHttp11 = 11;
  HttpResponse response = text_response(refused.status, refused.line, kHttp11, keep_alive);
  if (refused.status == status::unauthorized) response.set(http::field::www_authenticate, "Bearer");
  return response;
}

}  // namespace vividface
