#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "server/token.h"

namespace vividface {

/// Lets phones in to one session: a link with a code that works once is shown to them. Whose page shows the code gets a
/// token of its own, and the next phone another link. Any thread may call.
class Pairing {
 public:
  /// `page`: the phone page's address. `token`: that of the session, or of all; the phones' are made from it.
  Pairing(std::string page, std::string session, Token token);

  std::string link() const;  ///< to be shown now: the code is behind its #, so that no request line holds it
  bool takes(std::string_view code) const;
  /// The phone's token; nothing for another code than the one that is shown. From now on another one is.
  std::optional<std::string> pair(std::string_view code);

 private:
  const std::string page_, session_;
  const Token token_;
  mutable std::mutex mutex_;
  Token code_ = Token::make();
};

}  // namespace vividface
