#pragma once

#include <string>

namespace vividface {

/// A QR code of `text` (at most 1000 bytes) for a terminal: blocks of UTF-8, dark on light whatever the terminal's
/// colours. Throws InputError for what is too long.
std::string qr_for_terminal(const std::string& text);

/// The same as an SVG picture.
std::string qr_svg(const std::string& text);

}  // namespace vividface
