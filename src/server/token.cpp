#include "server/token.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "base/error.h"

namespace vividface {
namespace {

using Digest = std::array<unsigned char, 32>;

constexpr std::string_view kPhone = "phone-";
constexpr std::size_t kPhoneName = kPhone.size() + 32;  // and 128 random bits in hexadecimal digits

Digest digest_of(std::string_view text) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

bool same(const Digest& a, const Digest& b) { return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

bool is_plain(unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~'; }

void warn_if_others_can_read(const std::filesystem::path& file) {
  using std::filesystem::perms;
  std::error_code error;
  const perms others = std::filesystem::status(file, error).permissions() & (perms::group_read | perms::others_read);
  if (!error && others != perms::none) spdlog::warn("\"{}\" can be read by others: chmod 600 it", file.string());
}

}  // namespace

Token::Token(std::string text) : text_(std::move(text)), digest_(digest_of(text_)) {
  constexpr std::size_t kShortest = 16, kLongest = 256;
  if (text_.size() < kShortest || text_.size() > kLongest || !std::all_of(text_.begin(), text_.end(), is_plain)) {
    throw InputError(fmt::format("a token is {} to {} letters, digits and -._~; 'openssl rand -hex 32' makes one",
                                 kShortest, kLongest));
  }
}

Token Token::make() {
  Digest random;
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) throw std::runtime_error("no random numbers");
  return Token(fmt::format("{:02x}", fmt::join(random, "")));
}

std::string Token::for_phone(std::string_view session) const {
  return signed_phone(std::string(kPhone) + make().text().substr(0, kPhoneName - kPhone.size()), session);
}

bool Token::is_of_phone(std::string_view given, std::string_view session) const {
  if (!given.starts_with(kPhone) || given.size() < kPhoneName) return false;
  return same(digest_of(signed_phone(given.substr(0, kPhoneName), session)), digest_of(given));
}

// "phone-…" and, after a dot, the HMAC-SHA256 under this token of it and of the session, which has no dot in its name.
std::string Token::signed_phone(std::string_view phone, std::string_view session) const {
  const std::string what = std::string(phone) + '.' + std::string(session);
  Digest digest;
  unsigned size = 0;
  HMAC(EVP_sha256(), text_.data(), static_cast<int>(text_.size()), reinterpret_cast<const unsigned char*>(what.data()),
       what.size(), digest.data(), &size);
  return fmt::format("{}.{:02x}", phone, fmt::join(digest, ""));
}

Token Token::load(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line, more;
  if (!std::filesystem::is_regular_file(file) || !std::getline(in, line)) {
    throw InputError("token file \"" + file.string() + "\": no such file, not readable or empty");
  }
  if (in >> more) throw InputError("token file \"" + file.string() + "\": expected one line");
  warn_if_others_can_read(file);
  line.erase(line.find_last_not_of(" \t\r") + 1);
  try {
    return Token(line);
  } catch (const InputError& error) {
    throw InputError("token file \"" + file.string() + "\": " + error.what());
  }
}

bool Token::matches(std::string_view given) const { return same(digest_of(given), digest_); }

}  // namespace vividface
