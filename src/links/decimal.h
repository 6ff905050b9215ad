#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vividface {

/// Numbers as decimal text, without an allocation: "-0.25", never "2.5e-1".
class DecimalText {
 public:
  /// The shortest that reads back as the same float.
  std::string_view shortest(float value) { return text(value, std::chars_format::fixed); }
  /// A time in seconds, to the microsecond.
  std::string_view seconds(double value) { return text(value, std::chars_format::fixed, kMicroseconds); }
  std::string_view whole(std::uint64_t value) { return text(value); }

 private:
  static constexpr int kMicroseconds = 6;
  static constexpr std::size_t kLongest = 64;  // of what is written here: floats of any size, times

  template <typename... Format>
  std::string_view text(Format... value_and_format) {
    const auto [end, error] = std::to_chars(buffer_.data(), buffer_.data() + buffer_.size(), value_and_format...);
    return {buffer_.data(), error == std::errc() ? static_cast<std::size_t>(end - buffer_.data()) : 0};
  }

  std::array<char, kLongest> buffer_;
};

/// s, by the system's clock.
inline double seconds_since_epoch() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace vividface
