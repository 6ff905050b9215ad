#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace vividface {

/// A secret that clients show. It is written nowhere but where text() is.
class Token {
 public:
  /// 16…256 letters, digits and -._~ (what needs no quoting in a URL). Throws InputError that does not quote it.
  explicit Token(std::string text);

  static Token make();  ///< 256 random bits
  /// The one line of a file. Throws InputError that names the file; warns of a file that others can read.
  static Token load(const std::filesystem::path& file);

  /// In a time that says nothing about the token.
  bool matches(std::string_view given) const;

  /// A token of its own for a phone, which opens that session ("": the only one) and no other. Who has this token knows
  /// such a one again, also after a restart; who has such a one does not get this token out of it.
  std::string for_phone(std::string_view session) const;
  bool is_of_phone(std::string_view given, std::string_view session) const;
  const std::string& text() const { return text_; }

 private:
  std::string signed_phone(std::string_view phone, std::string_view session) const;

  std::string text_;
  std::array<unsigned char, 32> digest_;  // SHA-256: compared instead, so that the length does not tell either
};

}  // namespace vividface
