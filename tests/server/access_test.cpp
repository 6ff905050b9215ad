// Who may do what.
#include "server/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/beast/http.hpp>
#include <fstream>
#include <optional>

#include "base/error.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

namespace http = boost::beast::http;
using http::field;
using http::verb;
using Request = http::request<http::empty_body>;

constexpr const char* kToken = "an-old.secret_of~16";
constexpr Peer kHere{.from_this_machine = true, .is_encrypted = false};
constexpr Peer kFarPlain{.from_this_machine = false, .is_encrypted = false};
constexpr Peer kFarEncrypted{.from_this_machine = false, .is_encrypted = true};

AccessRules with_token() { return {.token = Token(kToken)}; }

Request request(verb method, const std::string& target) {
  Request it(method, target, 11);
  it.set(field::host, "192.0.2.1:5000");
  return it;
}

/// 200 where it may be done.
unsigned status(const AccessRules& rules, const Request& it, const Peer& peer) {
  const std::optional<Refusal> refused = access_refusal(rules, it, peer);
  return refused ? static_cast<unsigned>(refused->status) : 200;
}

const std::vector<Request>& everything() {
  static const std::vector<Request> all = {request(verb::get, "/state"),    request(verb::get, "/healthz"),
                                           request(verb::get, "/metrics"),  request(verb::post, "/stop"),
                                           request(verb::post, "/release"), request(verb::post, "/stream"),
                                           request(verb::get, "/ws/state"), request(verb::get, "/nothing")};
  return all;
}

TEST(Access, BeyondThisMachineEverythingWantsTlsAndTheToken) {
  for (Request it : everything()) {
    EXPECT_EQ(status(with_token(), it, kFarPlain), 403u) << it.target();
    EXPECT_EQ(status(with_token(), it, kFarEncrypted), 401u) << it.target();
    EXPECT_EQ(status({}, it, kFarEncrypted), 401u) << "no token was made: " << it.target();
    it.set(field::authorization, std::string("Bearer ") + kToken);
    EXPECT_EQ(status(with_token(), it, kFarEncrypted), 200u) << it.target();
    EXPECT_EQ(status(with_token(), it, kFarPlain), 403u) << it.target();
    EXPECT_EQ(status({}, it, kFarEncrypted), 401u) << it.target();
  }
}

TEST(Access, AnonymousFramesAreTheOnlyException) {
  AccessRules rules = with_token();
  rules.anonymous_stream = true;
  for (const Request& it : everything()) {
    EXPECT_EQ(status(rules, it, kFarPlain), it.target() == "/stream" ? 200u : 403u) << it.target();
  }
  EXPECT_EQ(status(rules, request(verb::get, "/stream"), kFarPlain), 403u);
  EXPECT_EQ(status(rules, request(verb::post, "/streams"), kFarPlain), 403u);
  EXPECT_EQ(status(rules, request(verb::post, "/stream?x"), kFarPlain), 200u);
}

TEST(Access, ThisMachineShowsTheTokenOnlyWhereItIsAskedTo) {
  AccessRules rules = with_token();
  for (const Request& it : everything()) EXPECT_EQ(status(rules, it, kHere), 200u);
  rules.local_token = true;
  for (Request it : everything()) {
    EXPECT_EQ(status(rules, it, kHere), 401u);
    it.set(field::authorization, std::string("bearer ") + kToken);
    EXPECT_EQ(status(rules, it, kHere), 200u);
  }
}

TEST(Access, WrongTokens) {
  for (const std::string& given :
       {std::string(), std::string("Bearer "), std::string("Bearer wrong"), std::string(kToken),
        std::string("Basic ") + kToken, std::string("Bearer ") + kToken + "x", std::string("Bearer  ") + kToken,
        std::string("Bearer an-old.secret_of~1")}) {
    Request it = request(verb::get, "/state");
    it.set(field::authorization, given);
    EXPECT_EQ(status(with_token(), it, kFarEncrypted), 401u) << given;
  }
}

TEST(Access, OnlyAWebSocketTakesTheTokenInTheQuery) {
  const auto with_query = [](const std::string& query, bool upgrade) {
    Request it = request(verb::get, "/ws/state" + query);
    if (upgrade) {
      it.set(field::connection, "Upgrade");
      it.set(field::upgrade, "websocket");
    }
    return status(with_token(), it, kFarEncrypted);
  };
  const std::string right = std::string("token=") + kToken;
  EXPECT_EQ(with_query("?" + right, true), 200u);
  EXPECT_EQ(with_query("?a=b&" + right + "&c", true), 200u);
  EXPECT_EQ(with_query("?" + right, false), 401u);
  for (const char* wrong : {"", "?", "?token", "?token=", "?token=wrong", "?&&&", "?xtoken=an-old.secret_of~16"}) {
    EXPECT_EQ(with_query(wrong, true), 401u) << wrong;
  }
}

TEST(Access, ASessionsTokenOpensThatSessionAlone) {
  AccessRules rules = with_token();
  rules.session_tokens.emplace("anna", Token("the-token-of-anna"));
  rules.session_tokens.emplace("ben", Token("the-token-of-ben"));
  const auto opens = [&](const std::string& token, const std::string& target) {
    Request it = request(verb::get, target);
    it.set(field::authorization, "Bearer " + token);
    return status(rules, it, kFarEncrypted) == 200u;
  };
  EXPECT_TRUE(opens("the-token-of-anna", "/s/anna/state"));
  for (const char* other : {"/s/ben/state", "/state", "/stop", "/metrics", "/sessions", "/s/annab/state",
                            "/s//anna/state", "/s/ben/../anna/state", "/s/ben/s/anna/state", "s/anna/state"}) {
    EXPECT_FALSE(opens("the-token-of-anna", other)) << other;
  }
  EXPECT_TRUE(opens("the-token-of-ben", "/s/ben/stop"));
  for (const char* any : {"/s/anna/state", "/s/ben/state", "/stop", "/s/carl/state"}) EXPECT_TRUE(opens(kToken, any));
  EXPECT_FALSE(opens("the-token-of-anna", "/s/carl/state")) << "nobody learns which sessions there are";
  rules.token.reset();
  EXPECT_TRUE(opens("the-token-of-anna", "/s/anna/state"));
  EXPECT_FALSE(opens("the-token-of-anna", "/stop"));
}

TEST(Access, APhonesTokenOpensItsSessionAlone) {
  AccessRules rules = with_token();
  rules.session_tokens.emplace("ben", Token("the-token-of-ben"));
  const auto opens = [&](const std::string& token, const std::string& target) {
    Request it = request(verb::get, target);
    it.set(field::authorization, "Bearer " + token);
    return status(rules, it, kFarEncrypted) == 200;
  };
  const std::string anna = rules.token->for_phone("anna"), ben = Token("the-token-of-ben").for_phone("ben");
  EXPECT_TRUE(opens(anna, "/s/anna/state"));
  EXPECT_TRUE(opens(ben, "/s/ben/state"));
  for (const char* other : {"/state", "/stop", "/s/ben/state", "/s/carl/state", "/sessions"}) {
    EXPECT_FALSE(opens(anna, other)) << other;
  }
  EXPECT_FALSE(opens(ben, "/s/anna/state"));
  EXPECT_TRUE(opens(rules.token->for_phone(""), "/state"));
}

TEST(Access, ACodeIsShownInTheTokensPlaceAndIsNone) {
  AccessRules rules = with_token();
  const auto asked = [&](const std::string& target, verb method, const std::string& shown, const Peer& from) {
    Request it = request(method, target);
    it.set(field::authorization, "Bearer " + shown);
    return status(rules, it, from);
  };
  EXPECT_EQ(asked("/pair", verb::post, "the-code", kFarEncrypted), 401u) << "there is none";
  rules.may_pair = [](std::string_view session, std::string_view code) {
    return session == "anna" && code == "the-code";
  };
  EXPECT_EQ(asked("/s/anna/pair", verb::post, "the-code", kFarEncrypted), 200u);
  EXPECT_EQ(asked("/s/anna/pair", verb::post, "the-code", kFarPlain), 403u);
  EXPECT_EQ(asked("/s/anna/pair", verb::post, "", kHere), 401u);
  EXPECT_EQ(asked("/pair", verb::post, "the-code", kFarEncrypted), 401u);
  EXPECT_EQ(asked("/s/anna/pair", verb::post, kToken, kFarEncrypted), 401u);
  EXPECT_EQ(asked("/s/anna/pair", verb::get, "the-code", kFarEncrypted), 401u);
  EXPECT_EQ(asked("/s/anna/stop", verb::post, "the-code", kFarEncrypted), 401u);
}

TEST(Access, AWebSocketMayShowTheTokenAsASubprotocol) {
  const auto with_protocols = [](const std::string& protocols, bool upgrade) {
    Request it = request(verb::get, "/ws/state");
    it.set(field::sec_websocket_protocol, protocols);
    if (upgrade) {
      it.set(field::connection, "Upgrade");
      it.set(field::upgrade, "websocket");
    }
    return status(with_token(), it, kFarEncrypted);
  };
  const std::string right = std::string("vividface.token.") + kToken;
  EXPECT_EQ(with_protocols("vividface, " + right, true), 200u);
  EXPECT_EQ(with_protocols(right, true), 200u);
  EXPECT_EQ(with_protocols("vividface, " + right, false), 401u);
  for (const std::string& wrong : {std::string("vividface"), std::string("vividface.token."), right + "x",
                                   std::string(kToken), std::string(",,;=\"")}) {
    EXPECT_EQ(with_protocols(wrong, true), 401u) << wrong;
  }
}

TEST(Access, PagesNeedNoTokenButTls) {
  AccessRules rules = with_token();
  rules.is_page = [](std::string_view path) { return path == "/phone"; };
  EXPECT_EQ(status(rules, request(verb::get, "/phone"), kFarEncrypted), 200u);
  EXPECT_EQ(status(rules, request(verb::get, "/phone?x"), kFarEncrypted), 200u);
  EXPECT_EQ(status(rules, request(verb::get, "/phone"), kFarPlain), 403u);
  EXPECT_EQ(status(rules, request(verb::post, "/phone"), kFarEncrypted), 401u);
  EXPECT_EQ(status(rules, request(verb::get, "/state"), kFarEncrypted), 401u);
}

TEST(Access, AWebPageOfAnotherOriginIsRefusedWhereverItIs) {
  const auto from = [](const std::string& origin, const std::string& host, const std::string& allowed = {}) {
    Request it = request(verb::post, "/stop");
    it.set(field::host, host);
    it.set(field::origin, origin);
    return status({.token = std::nullopt, .origin = allowed}, it, kHere);
  };
  EXPECT_EQ(from("http://127.0.0.1:5000", "127.0.0.1:5000"), 200u);
  EXPECT_EQ(from("https://[::1]:5000", "[::1]:5000"), 200u);
  EXPECT_EQ(from("http://localhost:5000", "localhost:5000"), 200u);
  EXPECT_EQ(from("http://127.0.0.1:8080", "127.0.0.1:5000"), 403u);
  EXPECT_EQ(from("http://elsewhere.example", "127.0.0.1:5000"), 403u);
  EXPECT_EQ(from("null", "127.0.0.1:5000"), 403u);
  EXPECT_EQ(from("", "127.0.0.1:5000"), 403u);
  // A name that an attacker has made to point here: the page is of the same origin as far as the browser knows.
  EXPECT_EQ(from("http://elsewhere.example:5000", "elsewhere.example:5000"), 403u);
  EXPECT_EQ(from("https://robot.example", "robot.example", "https://robot.example"), 200u);
}

TEST(Token, IsMadeAndRead) {
  const Token made = Token::make();
  EXPECT_EQ(made.text().size(), 64u);
  EXPECT_NE(made.text(), Token::make().text());
  EXPECT_TRUE(made.matches(made.text()));
  EXPECT_FALSE(made.matches(""));
  const TemporaryFolder folder;
  std::ofstream(folder / "token") << made.text() << " \r\n";
  EXPECT_TRUE(Token::load(folder / "token").matches(made.text()));
}

TEST(Token, RefusesWhatIsNoneAndDoesNotQuoteIt) {
  const TemporaryFolder folder;
  for (const std::string& text : {std::string("tooshort"), std::string(300, 'x'), std::string("secret with a blank"),
                                  std::string("secret-secret-\x01"), std::string("secret-secret-/+="),
                                  std::string("secret-secret-one\nsecret-secret-two"), std::string()}) {
    std::ofstream(folder / "token") << text;
    try {
      Token::load(folder / "token");
      ADD_FAILURE() << "accepted " << text;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("token file"));
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("secret")));
    }
  }
  EXPECT_THROW(Token::load(folder / "missing"), InputError);
  EXPECT_THROW(Token::load(folder.path()), InputError);
}

}  // namespace
}  // namespace vividface
