#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "server/http_server.h"
#include "server/pairing.h"

namespace vividface {

/// Where phones find the phone page of a session ("": the only one), and get in by a code. Nothing where they cannot
/// get in: bound to this machine alone, or without TLS, a token of the session or of all, or an address in a network.
/// The host is that of the origin that the options allow, else the address bound to, else this machine's in its
/// network: the service knows its own pages by their address.
std::unique_ptr<Pairing> phone_pairing(const HttpServerOptions& options, std::uint16_t port,
                                       const std::string& session = {});

}  // namespace vividface
