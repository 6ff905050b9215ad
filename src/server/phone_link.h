#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http_server.h"

namespace vividface {

/// Where phones find the phone page of a session ("": the only one), with its token, or the server's, behind the # so
/// that no request line holds it. Nothing where phones cannot get in: bound to this machine alone, or without TLS, a
/// token or an address in a network. The host is that of the origin that the options allow, else the address bound to,
/// else this machine's in its network: the service knows its own pages by their address.
std::optional<std::string> phone_link(const HttpServerOptions& options, std::uint16_t port,
                                      std::string_view session = {});

}  // namespace vividface
