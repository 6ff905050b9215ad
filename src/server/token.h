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
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::array<unsigned char, 32> digest_;  // SHA-256: compared instead, so that the length does not tell either
};

}  // namespace vividface
