#include <boost/asio/buffer.hpp>
#include <vector>

#include "fuzz/fuzz.h"
#include "server/http_routes.h"

using namespace vividface;
namespace http = boost::beast::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLargestBody = 1 << 12;
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

  int frames = 0, acts = 0;
  const HttpActions actions{.frame =
                                [&](const std::vector<std::uint8_t>& jpeg) {
                                  require(jpeg.size() > 3 && jpeg.size() <= kLargestBody, "a frame has its size");
                                  return ++frames > 0;
                                },
                            .state = [] { return std::string("shadowing"); },
                            .stop = [&] { ++acts; },
                            .release = [&] { require(false, "a release comes from this machine"); }};
  const HttpResponse response = answer(parser.release(), /*from_this_machine=*/false, actions);
  require(response.result_int() == 200 || frames + acts == 0, "what is refused does nothing");
  require(response.body().find('\n') == std::string::npos, "an answer is one line");
  return 0;
}
