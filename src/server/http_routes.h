#pragma once

#include <boost/beast/http.hpp>
#include <cstdint>
#include <functional>
#include <opencv2/core/types.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "robot/controls.h"
#include "server/frame_intake.h"
#include "server/performance.h"
#include "server/picture_message.h"
#include "server/refusal.h"

namespace vividface {

using HttpRequest = boost::beast::http::request<boost::beast::http::vector_body<std::uint8_t>>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

/// Status, and one line of text or JSON.
using RouteAnswer = std::pair<boost::beast::http::status, std::string>;
/// Answers a request to `path` (below the session's name) if it is its; called on the server's thread, so it must not
/// wait.
using Route = std::function<std::optional<RouteAnswer>(const HttpRequest& request, std::string_view path)>;

/// Answers the requests to its paths (below the session's name) on a thread of its own, so it may wait. `is_operator`:
/// the request comes from this machine, where nobody is asked for a token.
struct WaitingRoute {
  std::function<bool(std::string_view path)> has;
  std::function<HttpResponse(const HttpRequest& request, bool is_operator)> answer;
};

/// What the service, or one of its sessions, does on a request. What is empty is not there. Called on the server's
/// thread, so none may wait.
struct HttpActions {
  std::function<std::optional<Refusal>(IncomingFrame)> frame;  ///< nothing when it is taken
  std::function<std::string()> state;                          ///< in words
  std::function<ControlVector()> controls;                     ///< as sent to the robot last
  std::function<std::string()> metrics;                        ///< as Prometheus reads them
  std::function<void()> stop, release;                         ///< emergency stop
  std::function<void()> pause{}, start{};                      ///< of the shadowing
  /// Whom to follow, as Shadow::choose_person; the faces, as faces_message.
  std::function<void(std::optional<cv::Point2f>)> person{};
  std::function<std::string()> faces{};
  /// What may be done with the session of that name, below /s/NAME; null: there is none. And the list of them, as JSON.
  std::function<const HttpActions*(std::string_view name)> session{};
  std::function<std::string()> sessions{};
  std::function<Performance()> performance{};  ///< for the dashboard
  std::vector<PictureSource> pictures{};       ///< of /ws/preview
  std::vector<Route> routes{};                 ///< what else there is; the first that answers does
  std::vector<WaitingRoute> waiting{};         ///< the same of what may wait, such as for the disk
  /// The web page that a GET asks for, if it is one, and what a phone's code gives (asks_to_pair); may be empty.
  /// `is_operator`: it comes from this machine.
  std::function<std::optional<HttpResponse>(const HttpRequest&, bool is_operator)> page{};
};

/// What may be done with what this path is of: the root, or a session. Null where there is no such session.
const HttpActions* actions_of(const HttpActions& root, std::string_view path);

/// Answers one request:
///   POST /stream   a JPEG as application/octet-stream or image/jpeg → OK
///   GET /healthz   → ok
///   GET /state     → no camera, looking for a face, shadowing, holding, neutral, paused or stopped
///   GET /metrics   → numbers for Prometheus
///   GET /faces     → the faces in the last frame, as JSON
///   POST /person   x and y → chosen: the face there is followed; without them, and for DELETE, the largest
///   POST /pause    → paused: nothing is followed until POST /start → started
///   POST /stop     → stopped
///   POST /release  → released; only from this machine, and of web pages only from its own: it stands for a person
///   GET /sessions  → the sessions, as JSON, where there are several
/// and each of a session below /s/NAME: then POST /stop stops its robot, and at the root those of all. And the web
/// pages. A WebSocket's path is refused: it is to be asked for by an upgrade. Anything else is refused with the
/// matching status and one line of text.
HttpResponse answer(HttpRequest&& request, bool from_this_machine, const HttpActions& actions);

/// Whether its answer may take its time: then answer() is to be called on a thread that may wait.
bool may_wait(const HttpRequest& request, const HttpActions& actions);

/// An answer of one line of text, or of JSON where it begins with a brace.
HttpResponse text_response(boost::beast::http::status code, const std::string& line, unsigned version, bool keep_alive);

/// A refusal of one line. Unless all of the request was read, the connection must be closed after it.
HttpResponse refusal(const Refusal& refused, bool keep_alive);

}  // namespace vividface
