#pragma once

#include <exception>

#include "base/error.h"
#include "server/access.h"
#include "server/http_routes.h"

namespace vividface {

/// What `work` answers, for what only those may know who may ask: on this machine, where nobody is asked for a token
/// (`is_operator`), the service must be named by an address, so that no web page whose name was made to point here gets
/// an answer. 409 for an InputError of `work`, 500 for any other exception, such as no memory.
template <typename Work>
HttpResponse answer_by_address(const HttpRequest& request, bool is_operator, Work work) {
  using boost::beast::http::status;
  const auto line = [&](status code, const char* text) {
    return text_response(code, text, request.version(), request.keep_alive());
  };
  if (is_operator && !is_by_address(request)) return line(status::forbidden, "only by the service's address");
  try {
    return work();
  } catch (const InputError& error) {
    return line(status::conflict, error.what());
  } catch (const std::exception& error) {
    return line(status::internal_server_error, error.what());
  }
}

}  // namespace vividface
