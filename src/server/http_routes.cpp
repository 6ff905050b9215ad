#include "server/http_routes.h"

#include <algorithm>
#include <utility>

namespace vividface {
namespace {

namespace http = boost::beast::http;
using http::status;
using http::verb;

HttpResponse text(status code, const std::string& line, unsigned version, bool keep_alive) {
  HttpResponse response(code, version);
  response.set(http::field::content_type, "text/plain; charset=utf-8");
  response.set(http::field::cache_control, "no-store");
  response.keep_alive(keep_alive);
  response.body() = line;
  response.prepare_payload();
  return response;
}

bool is_jpeg(const std::vector<std::uint8_t>& body) {
  return body.size() > 3 && body[0] == 0xff && body[1] == 0xd8 && body[2] == 0xff;
}

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
  if (!is_jpeg(request.body())) return {status::bad_request, "the body is no JPEG"};
  if (!actions.frame(std::move(request.body()))) return {status::conflict, "the frames come from another source"};
  return {status::ok, "OK"};
}

std::pair<status, std::string> release(const HttpRequest& request, bool from_this_machine, const HttpActions& actions) {
  if (!from_this_machine) return {status::forbidden, "only from the machine that serves"};
  if (request.count(http::field::origin) > 0) return {status::forbidden, "not from a web page"};
  actions.release();
  return {status::ok, "released"};
}

std::pair<status, std::string> result(HttpRequest& request, bool from_this_machine, const HttpActions& actions) {
  const std::string path(request.target().substr(0, request.target().find('?')));
  const bool is_get = path == "/healthz" || path == "/state";
  const bool is_post = path == "/stream" || path == "/stop" || path == "/release";
  if (!is_get && !is_post) return {status::not_found, "there is /stream, /state, /healthz, /stop and /release"};
  if (request.method() != (is_get ? verb::get : verb::post)) {
    return {status::method_not_allowed, is_get ? "only GET" : "only POST"};
  }
  if (path == "/healthz") return {status::ok, "ok"};
  if (path == "/state") return {status::ok, actions.state()};
  if (path == "/stream") return take_frame(request, actions);
  if (path == "/release") return release(request, from_this_machine, actions);
  actions.stop();
  return {status::ok, "stopped"};
}

}  // namespace

HttpResponse answer(HttpRequest&& request, bool from_this_machine, const HttpActions& actions) {
  const auto [code, line] = result(request, from_this_machine, actions);
  return text(code, line, request.version(), request.keep_alive());
}

HttpResponse refusal(status code, const std::string& line) {
  constexpr unsigned kHttp11 = 11;
  return text(code, line, kHttp11, /*keep_alive=*/false);
}

}  // namespace vividface
