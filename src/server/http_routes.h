#pragma once

#include <boost/beast/http.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vividface {

using HttpRequest = boost::beast::http::request<boost::beast::http::vector_body<std::uint8_t>>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

/// What the service does on a request. Called on the server's thread, so none may wait.
struct HttpActions {
  std::function<bool(std::vector<std::uint8_t> jpeg)> frame;  ///< false: another source gives the frames
  std::function<std::string()> state;                         ///< in words
  std::function<void()> stop, release;                        ///< emergency stop
};

/// Answers one request:
///   POST /stream   a JPEG as application/octet-stream or image/jpeg → OK
///   GET /healthz   → ok
///   GET /state     → no camera, looking for a face, shadowing, holding, neutral or stopped
///   POST /stop     → stopped
///   POST /release  → released; only from this machine and not from a web page: it stands for a person
/// Anything else is refused with the matching status and one line of text.
HttpResponse answer(HttpRequest&& request, bool from_this_machine, const HttpActions& actions);

/// A refusal of one line, after which the connection is closed.
HttpResponse refusal(boost::beast::http::status status, const std::string& line);

}  // namespace vividface
