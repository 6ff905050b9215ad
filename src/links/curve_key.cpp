#include "links/curve_key.h"

#include <fcntl.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "base/error.h"

namespace vividface {
namespace {

constexpr std::size_t kKeyText = 40, kKeyBytes = 32;
using KeyText = std::array<char, kKeyText + 1>;  // with its zero

bool is_key(const std::string& text) {
  std::array<std::uint8_t, kKeyBytes> bytes;
  return text.size() == kKeyText && zmq_z85_decode(bytes.data(), text.c_str()) != nullptr;
}

/// The text between the quotes of the line `name = "…"`; empty when there is none.
std::string value_of(const std::string& line, const std::string& name) {
  const std::size_t at = line.find_first_not_of(" \t");
  if (at == line.npos || line.compare(at, name.size(), name) != 0) return {};
  const std::size_t opening = line.find('"', at), closing = line.rfind('"');
  if (opening == line.npos || closing <= opening) return {};
  return line.substr(opening + 1, closing - opening - 1);
}

}  // namespace

CurveKey CurveKey::make() {
  KeyText public_key, secret_key;
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0) {
    throw std::runtime_error("this ZeroMQ was built without CURVE");
  }
  return {.public_key = public_key.data(), .secret_key = secret_key.data()};
}

CurveKey CurveKey::load(const std::filesystem::path& file) {
  const std::string name = "key \"" + file.string() + "\"";
  std::ifstream text(file);
  if (!text || !std::filesystem::is_regular_file(file)) {
    throw InputError(name + ": no such file or not readable; 'vividface curve-key' makes one");
  }
  using std::filesystem::perms;
  if ((std::filesystem::status(file).permissions() & perms::others_read) != perms::none) {
    throw InputError(name + ": everyone on this machine can read it; chmod 600 it");
  }
  return parse(text, name);
}

CurveKey CurveKey::parse(std::istream& text, const std::string& name) {
  CurveKey key;
  for (std::string line; std::getline(text, line);) {
    if (const std::string value = value_of(line, "public-key"); !value.empty()) key.public_key = value;
    if (const std::string value = value_of(line, "secret-key"); !value.empty()) key.secret_key = value;
  }
  KeyText matching;
  if (!is_key(key.secret_key) || zmq_curve_public(matching.data(), key.secret_key.c_str()) != 0 ||
      key.public_key != matching.data()) {
    throw InputError(name + ": no pair of a public-key and a secret-key; 'vividface curve-key' makes one");
  }
  return key;
}

void CurveKey::save(const std::filesystem::path& file) const {
  constexpr mode_t kOwnerOnly = 0600;
  const std::string text =
      "metadata\ncurve\n    public-key = \"" + public_key + "\"\n    secret-key = \"" + secret_key + "\"\n";
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) throw InputError("key \"" + file.string() + "\" cannot be made: " + std::strerror(errno));
  const bool is_written = write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (close(descriptor) != 0 || !is_written) {
    std::filesystem::remove(file);
    throw std::runtime_error("key \"" + file.string() + "\" cannot be written: is the disk full?");
  }
}

}  // namespace vividface
