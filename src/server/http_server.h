#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "server/http_routes.h"

namespace vividface {

struct HttpServerOptions {
  std::string address = "127.0.0.1";          ///< IPv4 or IPv6 to listen on
  std::uint16_t port = 5000;                  ///< 0: any that is free
  std::size_t max_body = 4 << 20;             ///< bytes
  std::size_t max_connections = 64;           ///< one more closes that which has been silent for longest
  std::chrono::milliseconds timeout{10'000};  ///< for a whole request, the wait for it included
};

/// The HTTP/1.1 server, on a thread of its own. No request can end it: what is malformed, too large or too slow is
/// refused or cut off.
class HttpServer {
 public:
  /// Listens. Throws InputError that names the address and port when it cannot.
  HttpServer(const HttpServerOptions& options, HttpActions actions);
  /// Cuts every connection off.
  ~HttpServer();

  std::uint16_t port() const;

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

/// Whether `address` is an IP address, and whether nobody but this machine reaches it.
bool is_ip_address(const std::string& address);
bool is_loopback(const std::string& address);

}  // namespace vividface
