#pragma once

#include <boost/beast/http/status.hpp>
#include <string>

namespace vividface {

/// Why something is not done for a client: a status of HTTP and one line of text.
struct Refusal {
  boost::beast::http::status status;
  std::string line;
};

}  // namespace vividface
