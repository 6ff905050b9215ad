#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "server/access.h"
#include "server/http_routes.h"
#include "server/tls.h"

namespace vividface {

struct HttpServerOptions {
  std::string address = "127.0.0.1";          ///< IPv4 or IPv6 to listen on
  std::uint16_t port = 5000;                  ///< 0: any that is free
  std::size_t max_body = 4 << 20;             ///< bytes
  std::size_t max_connections = 64;           ///< that were let through, and as many more: see Connections
  std::size_t max_client_connections = 16;    ///< the same for those of one client
  double max_requests_per_s = 200;            ///< of one client, POST /stop not counted
  std::chrono::milliseconds timeout{10'000};  ///< for a whole request, the wait for it included
  AccessRules access{};
  std::optional<TlsFiles> tls{};  ///< then the port takes https as well as http
};

/// The HTTP/1.1 server, on a thread of its own. No request can end it: what is malformed, too large or too slow is
/// refused or cut off.
class HttpServer {
 public:
  /// Listens. Throws InputError that names the address and port when it cannot, or the file of TLS.
  HttpServer(const HttpServerOptions& options, HttpActions actions);
  /// Cuts every connection off.
  ~HttpServer();

  std::uint16_t port() const;

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace vividface
