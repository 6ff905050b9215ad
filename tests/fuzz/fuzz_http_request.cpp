#include <boost/asio/buffer.hpp>
#include <vector>

#include "fuzz/fuzz.h"
#include "server/access.h"
#include "server/calibration_routes.h"
#include "server/engine_routes.h"
#include "server/http_routes.h"
#include "server/recording_routes.h"

using namespace vividface;
namespace http = boost::beast::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLargestBody = 1 << 12;
  constexpr long kLargestPicture = 1 << 20;
  static const AccessRules rules{.token = Token("0123456789abcdef")};
  http::request_parser<http::vector_body<std::uint8_t>> parser;
  parser.body_limit(kLargestBody);
  parser.eager(true);
  boost::beast::error_code error;
  for (std::size_t at = 0; at < size && !error && !parser.is_done();) {
    const std::size_t taken = parser.put(boost::asio::buffer(data + at, size - at), error);
    if (taken == 0) break;
    at += taken;
  }
  if (!parser.is_done()) return 0;

  const bool has_token =
      std::string_view(reinterpret_cast<const char*>(data), size).find("0123456789abcdef") != std::string_view::npos;
  require(access_refusal(rules, parser.get(), {.from_this_machine = false, .is_encrypted = false}).has_value(),
          "nothing goes in plain text");
  require(has_token || access_refusal(rules, parser.get(), {.from_this_machine = false, .is_encrypted = true}),
          "nothing goes without the token");

  static RecordingSwitch recorded;
  static Recordings recordings({}, recorded, [] { return SessionHeader(); });  // without a folder
  static RecordingShelf shelf;
  static const People people({});
  LiveCalibration calibration;
  int frames = 0, acts = 0;
  LiveEngines engines(
      {{.engine = kEngines[0], .lacks = "", .make = {}},
       {.engine = kEngines[1], .lacks = "", .make = [] { return ShadowParts(); }}},
      kEngines[0].name, [&](std::string_view, ShadowParts) { ++acts; }, [] { return std::string(); });
  const HttpActions actions{
      .frame =
          [&](const IncomingFrame& frame) {
            require(frame.jpeg.size() <= kLargestBody, "a frame has its size");
            auto refused = picture_refusal(frame.jpeg, kLargestPicture);
            if (!refused) ++frames;
            return refused;
          },
      .state = [] { return std::string("shadowing"); },
      .controls = {},
      .metrics = [] { return std::string("a 1"); },
      .stop = [&] { ++acts; },
      .release = [&] { require(false, "a release comes from this machine"); },
      .pause = [&] { ++acts; },
      .start = [&] { ++acts; },
      .person =
          [&](std::optional<cv::Point2f> at) {
            require(!at || (at->x >= 0 && at->x <= 1 && at->y >= 0 && at->y <= 1), "a person is in the picture");
            ++acts;
          },
      .faces = [] { return std::string("{}"); },
      .routes = {calibration_route(calibration), engines_route(engines)},
      .waiting = {recording_routes(recordings, shelf), people_routes(calibration, people), engine_route(engines)}};
  const HttpResponse response = answer(parser.release(), /*from_this_machine=*/false, actions);
  acts += calibration.state().step ? 1 : 0;
  require(response.result_int() == 200 || frames + acts == 0, "what is refused does nothing");
  require(response.body().find('\n') == std::string::npos, "an answer is one line");
  return 0;
}
