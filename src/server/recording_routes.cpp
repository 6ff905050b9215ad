#include "server/recording_routes.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "server/access.h"
#include "server/by_address.h"
#include "server/session_path.h"

namespace vividface {
namespace {

namespace http = boost::beast::http;
using http::status;
using http::verb;

constexpr std::string_view kBelow = "/recordings/";

HttpResponse bytes_response(const HttpRequest& request, const char* type, std::string bytes) {
  HttpResponse response = text_response(status::ok, "", request.version(), request.keep_alive());
  response.set(http::field::content_type, type);
  response.body() = std::move(bytes);
  response.prepare_payload();
  return response;
}

HttpResponse text(const HttpRequest& request, status code, const std::string& line) {
  return text_response(code, line, request.version(), request.keep_alive());
}

bool is_of_recordings(std::string_view path) {
  return path == "/record" || path == "/recordings" || path.starts_with(kBelow);
}

std::string listed(const Recordings& recordings) {
  constexpr std::uintmax_t kMebi = 1 << 20;
  nlohmann::ordered_json message = {{"v", 1},
                                    {"folder", recordings.has_folder()},
                                    {"most_mib", recordings.limits().bytes / kMebi},
                                    {"most_s", recordings.limits().time.count()},
                                    {"recording", nullptr},
                                    {"ended", recordings.last_end()},
                                    {"recordings", nlohmann::ordered_json::array()}};
  if (const auto running = recordings.running()) {
    message["recording"] = {{"name", running->name},
                            {"seconds", std::round(10 * running->seconds) / 10},
                            {"bytes", running->bytes},
                            {"dropped", running->dropped}};
  }
  for (const Recordings::Listed& it : recordings.list()) {
    message["recordings"].push_back({{"name", it.name}, {"bytes", it.bytes}});
  }
  return message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// "from=S&to=S", and no more.
std::pair<double, double> span_of(std::string_view query) {
  const std::size_t middle = query.find('&');
  if (!query.starts_with("from=") || middle == std::string_view::npos || query.substr(middle, 4) != "&to=") {
    return {NAN, NAN};
  }
  return {number<double>(query.substr(5, middle - 5)).value_or(NAN),
          number<double>(query.substr(middle + 4)).value_or(NAN)};
}

HttpResponse look(const HttpRequest& request, std::string_view rest, const Recordings& recordings,
                  RecordingShelf& shelf) {
  const std::size_t slash = rest.find('/');
  const std::filesystem::path file = recordings.file(rest.substr(0, slash));
  const std::string_view what = slash == std::string_view::npos ? "" : rest.substr(slash);
  const std::string_view query = query_of(request);
  if (what.empty()) return text(request, status::ok, shelf.about(file));
  if (what == "/controls") {
    const auto [from, to] = span_of(query);
    return text(request, status::ok, shelf.controls(file, from, to));
  }
  if (what == "/controls.csv") return bytes_response(request, "text/csv; charset=utf-8", shelf.csv(file));
  if (what == "/frame") {
    const auto wanted = query.starts_with("number=") ? number<std::int64_t>(query.substr(7)) : std::nullopt;
    if (!wanted) throw InputError("expected a frame's number: ?number=17");
    const std::vector<std::uint8_t> jpeg = shelf.frame(file, *wanted);
    return bytes_response(request, "image/jpeg", {jpeg.begin(), jpeg.end()});
  }
  return text(request, status::not_found, "of a recording there is /controls, /controls.csv and /frame");
}

HttpResponse answered(const HttpRequest& request, Recordings& recordings, RecordingShelf& shelf) {
  const std::string_view path = session_path(path_of(request)).path;
  if (path == "/record") {
    if (request.method() == verb::post) return text(request, status::ok, recordings.begin());
    if (request.method() == verb::delete_) return text(request, status::ok, recordings.end());
    return text(request, status::method_not_allowed, "only POST and DELETE");
  }
  if (request.method() != verb::get) return text(request, status::method_not_allowed, "only GET");
  if (path == "/recordings") return text(request, status::ok, listed(recordings));
  const std::string_view rest = path.substr(kBelow.size());
  if (!is_recording_name(rest.substr(0, rest.find('/')))) {
    return text(request, status::not_found, "there is no such recording");
  }
  return look(request, rest, recordings, shelf);
}

}  // namespace

WaitingRoute recording_routes(Recordings& recordings, RecordingShelf& shelf) {
  return {.has = is_of_recordings, .answer = [&](const HttpRequest& request, bool is_operator) {
            return answer_by_address(request, is_operator, [&] { return answered(request, recordings, shelf); });
          }};
}

}  // namespace vividface
