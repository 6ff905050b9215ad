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
  /// Whether that code lets a phone of that session in now: POST /pair shows it in the token's place. May be empty.
  std::function<bool(std::string_view session, std::string_view code)> may_pair{};
  std::function<bool(std::string_view path)> is_page{};  ///< which GETs ask for a page: these need no token, for they
                                                         ///< hold no secret; may be empty
  std::string origin = {};  ///< web pages from here may ask, such as https://robot.example:5000; empty: none
};

/// Why a request is refused: a web page of another origin (403), not encrypted (403), or without the token (401). The
/// token is expected as `Authorization: Bearer TOKEN`, or of a WebSocket, for browsers cannot do that, as a subprotocol
/// `vividface.token.TOKEN` or as `?token=TOKEN`. A phone's own token opens its session.
std::optional<Refusal> access_refusal(const AccessRules& rules, const boost::beast::http::request_header<>& request,
                                      const Peer& peer);

/// Whether it is a GET of one of the pages, which need no token.
bool asks_for_page(const AccessRules& rules, const boost::beast::http::request_header<>& request);

/// Whether it is a phone that shows its code: POST /pair, of a session or not.
bool asks_to_pair(const boost::beast::http::request_header<>& request);

/// What a request shows as its token; may be empty.
std::string_view shown_token(const boost::beast::http::request_header<>& request);

/// Whether a page that this server serves has asked, by an address and not by a name that may be anybody's.
bool is_own_page(const boost::beast::http::request_header<>& request);

/// Whether it names this server by an address or as localhost.
bool is_by_address(const boost::beast::http::request_header<>& request);

/// The subprotocol of the service's WebSockets, which a client that shows its token as one offers as well.
inline constexpr std::string_view kWebSocketProtocol = "vividface";
bool offers_protocol(const boost::beast::http::request_header<>& request);

/// What a request asks for, without the query, which may hold a token.
std::string_view path_of(const boost::beast::http::request_header<>& request);
/// The query, without its question mark; empty where there is none.
std::string_view query_of(const boost::beast::http::request_header<>& request);

}  // namespace vividface
