#pragma once

#include <filesystem>
#include <functional>

#include "server/http_server.h"
#include "server/serve_config.h"

namespace vividface {

/// The HTTP server's options with the certificate and tokens that the configuration names, or that are made: beyond
/// this machine a certificate in `config_folder` (empty: the user's), and a token that `show_token` is given. Where
/// nobody can be shown one (empty), none is made; unless anyone may send frames, that is an InputError, as is a file
/// that cannot be used.
HttpServerOptions server_options(const ServeConfig& config, const std::function<void(const Token&)>& show_token,
                                 const std::filesystem::path& config_folder = {});

}  // namespace vividface
