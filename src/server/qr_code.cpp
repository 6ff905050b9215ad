#include "server/qr_code.h"

#include <fmt/format.h>
#include <qrencode.h>

#include <iterator>
#include <memory>

#include "base/error.h"

namespace vividface {
namespace {

constexpr int kMargin = 4;  // modules, as the standard wants
constexpr std::size_t kLongest = 1000;

class QrModules {
 public:
  explicit QrModules(const std::string& text)
      : code_(text.size() > kLongest ? nullptr : QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M), QRcode_free) {
    if (!code_) throw InputError(fmt::format("a QR code takes at most {} bytes, not {}", kLongest, text.size()));
  }

  int width() const { return code_->width; }
  bool is_dark(int x, int y) const {  // outside is the margin
    if (x < 0 || y < 0 || x >= width() || y >= width()) return false;
    return (code_->data[y * width() + x] & 1) != 0;
  }

 private:
  std::unique_ptr<QRcode, void (*)(QRcode*)> code_;
};

}  // namespace

std::string qr_for_terminal(const std::string& text) {
  const QrModules code(text);
  constexpr const char* kLight = "\033[30;107m";  // black on white
  std::string lines;
  for (int y = -kMargin; y < code.width() + kMargin; y += 2) {  // a character is two modules high
    lines += kLight;
    for (int x = -kMargin; x < code.width() + kMargin; ++x) {
      const bool upper = code.is_dark(x, y), lower = code.is_dark(x, y + 1);
      lines += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    lines += "\033[0m\n";
  }
  return lines;
}

std::string qr_svg(const std::string& text) {
  const QrModules code(text);
  const int side = code.width() + 2 * kMargin;
  std::string path;
  for (int y = 0; y < code.width(); ++y) {
    for (int x = 0; x < code.width(); ++x) {
      if (code.is_dark(x, y)) fmt::format_to(std::back_inserter(path), "M{} {}h1v1h-1z", x + kMargin, y + kMargin);
    }
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" shape-rendering=\"crispEdges\">"
      "<rect width=\"{0}\" height=\"{0}\" fill=\"#fff\"/><path d=\"{1}\" fill=\"#000\"/></svg>",
      side, path);
}

}  // namespace vividface
