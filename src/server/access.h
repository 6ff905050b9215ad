#pragma once

#include <boost/beast/http/message.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "server/refusal.h"
#include "server/token.h"

namespace vividface {

/// Where a request comes from.
struct Peer {
  bool from_this_machine = false;
  bool is_encrypted = false;
};

/// Who may do what. Beyond this machine everything wants TLS and the token.
struct AccessRules {
  std::optional<Token> token{};  ///< opens everything; without one nobody beyond this machine gets through
  std::map<std::string, Token, std::less<>> session_tokens{};  ///< by a session's name: each opens that session alone
  bool local_token = false;       ///< clients on this machine show it too, as behind a proxy
  bool anonymous_stream = false;  ///< but for POST /stream, as published, which anyone may send in plain text
  std::string origin = {};        ///< web pages from here may ask, such as https://robot.example:5000; empty: none
};

/// Why a request is refused: a web page of another origin (403), not encrypted (403), or without the token (401). The
/// token is expected as `Authorization: Bearer TOKEN`, or as `?token=TOKEN` of a WebSocket, for browsers cannot do the
/// other.
std::optional<Refusal> access_refusal(const AccessRules& rules, const boost::beast::http::request_header<>& request,
                                      const Peer& peer);

/// What a request asks for, without the query, which may hold a token.
std::string_view path_of(const boost::beast::http::request_header<>& request);
/// The query, without its question mark; empty where there is none.
std::string_view query_of(const boost::beast::http::request_header<>& request);

}  // namespace vividface
