#include "server/access.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "server/ip_address.h"
#include "server/session_path.h"

namespace vividface {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Header = http::request_header<>;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

constexpr std::string_view kTokenProtocol = "vividface.token.";

/// "[::1]:5000" → "::1"
std::string host_of(std::string_view authority) {
  if (authority.starts_with('[')) return std::string(authority.substr(1, authority.find(']') - 1));
  return std::string(authority.substr(0, authority.find(':')));
}

bool is_address(std::string_view host) {
  const std::string name = host_of(host);
  return beast::iequals(name, "localhost") || is_ip_address(name);
}

// A page that this server itself would serve. Its host must be an address: by a name, a page from elsewhere whose name
// is made to point here would pass for one.
bool is_same_origin(std::string_view origin, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!origin.starts_with(scheme) || !beast::iequals(origin.substr(scheme.size()), host)) continue;
    return is_address(host);
  }
  return false;
}

bool is_foreign_page(const Header& request, const std::string& allowed) {
  if (request.count(http::field::origin) == 0) return false;  // no browser
  const std::string_view origin = view(request[http::field::origin]);
  return (allowed.empty() || origin != allowed) && !is_same_origin(origin, view(request[http::field::host]));
}

bool opens(const Token& token, std::string_view shown, std::string_view session) {
  return token.matches(shown) || token.is_of_phone(shown, session);
}

}  // namespace

std::string_view shown_token(const Header& request) {
  constexpr std::string_view kScheme = "Bearer ", kKey = "token=";
  const std::string_view field = view(request[http::field::authorization]);
  if (field.size() > kScheme.size() && beast::iequals(field.substr(0, kScheme.size()), kScheme)) {
    return field.substr(kScheme.size());
  }
  if (!beast::websocket::is_upgrade(request)) return {};
  for (const beast::string_view protocol : http::token_list(request[http::field::sec_websocket_protocol])) {
    if (protocol.starts_with(kTokenProtocol)) return view(protocol.substr(kTokenProtocol.size()));
  }
  std::string_view rest = query_of(request);
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('&'));
    if (part.starts_with(kKey)) return part.substr(kKey.size());
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  return {};
}

bool asks_to_pair(const Header& request) {
  return request.method() == http::verb::post && session_path(path_of(request)).path == "/pair";
}

bool asks_for_page(const AccessRules& rules, const Header& request) {
  return request.method() == http::verb::get && !beast::websocket::is_upgrade(request) && rules.is_page &&
         rules.is_page(path_of(request));
}

bool is_own_page(const Header& request) {
  return is_same_origin(view(request[http::field::origin]), view(request[http::field::host]));
}

bool is_by_address(const Header& request) { return is_address(view(request[http::field::host])); }

bool offers_protocol(const Header& request) {
  return http::token_list(request[http::field::sec_websocket_protocol]).exists(kWebSocketProtocol);
}

std::string_view path_of(const Header& request) {
  const std::string_view target = view(request.target());
  return target.substr(0, target.find('?'));
}

std::string_view query_of(const Header& request) {
  const std::string_view target = view(request.target());
  return target.substr(std::min(target.size(), path_of(request).size() + 1));
}

std::optional<Refusal> access_refusal(const AccessRules& rules, const Header& request, const Peer& peer) {
  if (is_foreign_page(request, rules.origin)) {
    return Refusal{http::status::forbidden, "not from a web page of another origin"};
  }
  const bool is_stream = request.method() == http::verb::post && path_of(request) == "/stream";
  if (rules.anonymous_stream && is_stream) return std::nullopt;
  if (peer.from_this_machine && !rules.local_token && !asks_to_pair(request)) return std::nullopt;
  if (!peer.from_this_machine && !peer.is_encrypted) return Refusal{http::status::forbidden, "only by https"};
  if (asks_for_page(rules, request)) return std::nullopt;
  const std::string_view shown = shown_token(request), session = session_path(path_of(request)).session;
  if (asks_to_pair(request)) {
    if (rules.may_pair && rules.may_pair(session, shown)) return std::nullopt;
    return Refusal{http::status::unauthorized,
                   "this code was used already, or is none: scan the one that is shown now"};
  }
  if (rules.token && opens(*rules.token, shown, session)) return std::nullopt;
  const auto own = rules.session_tokens.find(session);
  if (own != rules.session_tokens.end() && opens(own->second, shown, session)) return std::nullopt;
  return Refusal{http::status::unauthorized, "this needs the token: Authorization: Bearer TOKEN"};
}

}  // namespace vividface
