#include "server/pairing.h"

#include <utility>

namespace vividface {

Pairing::Pairing(std::string page, std::string session, Token token)
    : page_(std::move(page)), session_(std::move(session)), token_(std::move(token)) {}

std::string Pairing::link() const {
  const std::lock_guard lock(mutex_);
  return page_ + "#pair=" + code_.text();
}

bool Pairing::takes(std::string_view code) const {
  const std::lock_guard lock(mutex_);
  return code_.matches(code);
}

std::optional<std::string> Pairing::pair(std::string_view code) {
  const std::lock_guard lock(mutex_);
  if (!code_.matches(code)) return std::nullopt;
  code_ = Token::make();
  return token_.for_phone(session_);
}

}  // namespace vividface
