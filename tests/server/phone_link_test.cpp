// The link for phones, its code that works once, and its picture.
#include "server/phone_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "server/qr_code.h"

namespace vividface {
namespace {

using testing::HasSubstr;

HttpServerOptions beyond(const std::string& address, const std::string& origin = {}) {
  HttpServerOptions options;
  options.address = address;
  options.access = {.token = Token("an-old.secret_of~16"), .origin = origin};
  options.tls = TlsFiles{};
  return options;
}

// The link's address, and the code behind its #, of 256 bits.
std::string page_of(const std::unique_ptr<Pairing>& pairing) {
  if (!pairing) return "none";
  const std::string link = pairing->link();
  EXPECT_TRUE(std::regex_search(link, std::regex("#pair=[0-9a-f]{64}$"))) << link;
  return link.substr(0, link.find('#'));
}
std::string code_of(const Pairing& pairing) { return pairing.link().substr(pairing.link().find('=') + 1); }

TEST(PhoneLink, LeadsToThePhonePage) {
  EXPECT_EQ(page_of(phone_pairing(beyond("192.0.2.7"), 5000)), "https://192.0.2.7:5000/phone");
  EXPECT_EQ(page_of(phone_pairing(beyond("2001:db8::7"), 80)), "https://[2001:db8::7]:80/phone");
  EXPECT_EQ(page_of(phone_pairing(beyond("0.0.0.0", "https://robot.example:5000"), 5000)),
            "https://robot.example:5000/phone");
  EXPECT_EQ(page_of(phone_pairing(beyond("192.0.2.7"), 5000, "anna")), "https://192.0.2.7:5000/s/anna/phone");
}

TEST(PhoneLink, IsNoneWherePhonesCannotGetIn) {
  EXPECT_FALSE(phone_pairing(beyond("127.0.0.1"), 5000));
  EXPECT_FALSE(phone_pairing(beyond("::1"), 5000));
  HttpServerOptions plain = beyond("192.0.2.7"), open = beyond("192.0.2.7");
  plain.tls.reset();
  open.access.token.reset();
  EXPECT_FALSE(phone_pairing(plain, 5000));
  EXPECT_FALSE(phone_pairing(open, 5000));
  open.access.session_tokens.emplace("anna", Token("the-token-of-anna"));
  EXPECT_TRUE(phone_pairing(open, 5000, "anna"));
  EXPECT_FALSE(phone_pairing(open, 5000, "ben"));
}

TEST(Pairing, ACodeWorksOnceAndGivesATokenOfThePhonesOwn) {
  const auto pairing = phone_pairing(beyond("192.0.2.7"), 5000);
  const std::string code = code_of(*pairing);
  EXPECT_FALSE(pairing->takes("") || pairing->takes(code + "0") || pairing->pair("an-old.secret_of~16"));
  EXPECT_TRUE(pairing->takes(code));
  const auto phone = pairing->pair(code);
  ASSERT_TRUE(phone);
  EXPECT_FALSE(pairing->takes(code));
  EXPECT_FALSE(pairing->pair(code));
  const auto next = pairing->pair(code_of(*pairing));
  ASSERT_TRUE(next);
  EXPECT_NE(*next, *phone);
  const Token token("an-old.secret_of~16");
  EXPECT_TRUE(token.is_of_phone(*phone, "") && token.is_of_phone(*next, ""));
}

TEST(Pairing, APhonesTokenIsOfOneSessionAndOneToken) {
  const Token token("an-old.secret_of~16"), other("another.secret_of~16");
  const std::string phone = token.for_phone("anna");
  EXPECT_TRUE(Token("an-old.secret_of~16").is_of_phone(phone, "anna")) << "also after a restart";
  EXPECT_FALSE(token.is_of_phone(phone, "ben") || token.is_of_phone(phone, "") || other.is_of_phone(phone, "anna"));
  EXPECT_NO_THROW(Token{phone}) << "it can be shown wherever a token can";
  for (const char* given :
       {"phone-", "phone-00112233445566778899aabbccddeeff", "phone-\x01\xff 2233445566778899aabbccddeeff.0"}) {
    EXPECT_FALSE(token.is_of_phone(given, "anna")) << given;
  }
  for (std::size_t i = 0; i < phone.size(); ++i) {
    std::string changed = phone;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(token.is_of_phone(changed, "anna")) << i;
    EXPECT_FALSE(token.is_of_phone(phone.substr(0, i), "anna")) << i;
  }
}

using Modules = std::set<std::pair<int, int>>;  // the dark ones, x and y

Modules on_terminal(const std::string& text) {
  std::istringstream lines(text);
  Modules dark;
  int y = 0;
  for (std::string line; std::getline(lines, line); y += 2) {
    line = line.substr(line.find('m') + 1);
    line = line.substr(0, line.find('\033'));
    for (int x = 0; !line.empty(); ++x) {
      const bool full = line.starts_with("█"), top = line.starts_with("▀"), bottom = line.starts_with("▄");
      if (full || top) dark.emplace(x, y);
      if (full || bottom) dark.emplace(x, y + 1);
      line.erase(0, full || top || bottom ? 3 : 1);
    }
  }
  return dark;
}

Modules in_svg(const std::string& svg) {
  static const std::regex module(R"(M(\d+) (\d+)h1v1h-1z)");
  Modules dark;
  for (std::sregex_iterator it(svg.begin(), svg.end(), module), end; it != end; ++it) {
    dark.emplace(std::stoi((*it)[1]), std::stoi((*it)[2]));
  }
  return dark;
}

TEST(QrCode, IsTheSameOnATerminalAndAsSvg) {
  const std::string link = "https://192.168.100.100:5000/phone#token=" + std::string(64, 'a');
  const Modules dark = in_svg(qr_svg(link));
  EXPECT_EQ(on_terminal(qr_for_terminal(link)), dark);
  EXPECT_NE(in_svg(qr_svg(link + "b")), dark);
  for (int i = 0; i < 7; ++i) {  // the first finder pattern, inside a margin of four
    EXPECT_TRUE(dark.contains({4 + i, 4}) && dark.contains({4, 4 + i})) << i;
    EXPECT_FALSE(dark.contains({i, 3}) || dark.contains({3, i})) << i;
  }
}

TEST(QrCode, AsSvg) {
  const std::string svg = qr_svg("https://192.0.2.7/phone");
  EXPECT_THAT(svg, testing::StartsWith("<svg xmlns="));
  EXPECT_THAT(svg, HasSubstr("M4 4h1v1h-1z"));  // the corner of the first finder pattern, inside the margin
  EXPECT_THROW(qr_svg(std::string(1001, 'x')), InputError);
}

}  // namespace
}  // namespace vividface
