#pragma once

#include <filesystem>
#include <istream>
#include <string>

namespace vividface {

/// A key pair of ZeroMQ's CURVE: each 40 characters of Z85. Subscribers must know the public key of who publishes: then
/// they know whom they hear, and nobody else can read along.
struct CurveKey {
  std::string public_key, secret_key;

  static CurveKey make();

  /// Reads what save() wrote, or pyzmq's zmq.auth. Throws InputError that names the file when there is none, it is
  /// readable by everyone, or it holds no matching pair.
  static CurveKey load(const std::filesystem::path& file);
  /// The same for a stream; `name` stands for the file in errors.
  static CurveKey parse(std::istream& text, const std::string& name);

  /// Writes a new file that only its owner can read. Throws InputError when the name is taken or cannot be written.
  void save(const std::filesystem::path& file) const;
};

}  // namespace vividface
