#include "server/server_options.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "server/ip_address.h"

namespace vividface {
namespace {

bool has_session_tokens(const ServeConfig& config) {
  return !config.sessions.empty() &&
         std::ranges::none_of(config.sessions, &std::string::empty, &SessionConfig::token_file);
}

std::map<std::string, Token, std::less<>> session_tokens(const ServeConfig& config, const std::optional<Token>& all) {
  std::map<std::string, Token, std::less<>> tokens;
  for (const SessionConfig& session : config.sessions) {
    if (session.token_file.empty()) continue;
    Token token = Token::load(session.token_file);
    const bool is_taken = (all && all->matches(token.text())) || std::ranges::any_of(tokens, [&](const auto& other) {
                            return other.second.matches(token.text());
                          });
    if (is_taken)
      throw InputError("token file \"" + session.token_file + "\": the same token opens something else, too");
    tokens.emplace(session.name, std::move(token));
  }
  return tokens;
}

std::optional<Token> token_for(const ServeConfig& config, const std::function<void(const Token&)>& show_token) {
  if (!config.token_file.empty()) return Token::load(config.token_file);
  const bool is_local = is_loopback(config.bind);
  if (is_local && !config.local_token) return std::nullopt;
  if (show_token) {
    Token token = Token::make();
    show_token(token);
    return token;
  }
  // The rest is for this machine alone.
  if (!is_local && (config.allow_anonymous_stream || has_session_tokens(config))) return std::nullopt;
  throw InputError((is_local ? "--local-token" : "--bind " + config.bind) +
                   ": clients need a token, and there is no terminal to show one on; give --token-file");
}

std::optional<TlsFiles> tls_for(const ServeConfig& config, const std::filesystem::path& config_folder) {
  if (!config.tls_cert.empty()) return TlsFiles{.certificate = config.tls_cert, .key = config.tls_key};
  if (is_loopback(config.bind)) return std::nullopt;
  return self_signed_certificate(config_folder.empty() ? user_config_folder() : config_folder);
}

}  // namespace

HttpServerOptions server_options(const ServeConfig& config, const std::function<void(const Token&)>& show_token,
                                 const std::filesystem::path& config_folder) {
  std::optional<Token> token = token_for(config, show_token);
  auto of_sessions = session_tokens(config, token);
  return {.address = config.bind,
          .port = static_cast<std::uint16_t>(config.port),
          .max_body = static_cast<std::size_t>(config.max_body_kib) << 10,
          .max_connections = static_cast<std::size_t>(config.max_connections),
          .max_client_connections = static_cast<std::size_t>(config.max_client_connections),
          .max_requests_per_s = static_cast<double>(config.max_requests_per_s),
          .timeout = std::chrono::seconds(config.client_timeout_s),
          .access = {.token = std::move(token),
                     .session_tokens = std::move(of_sessions),
                     .local_token = config.local_token,
                     .anonymous_stream = config.allow_anonymous_stream,
                     .origin = config.allow_origin},
          .tls = tls_for(config, config_folder)};
}

}  // namespace vividface
