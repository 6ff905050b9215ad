#pragma once

#include <cstdint>
#include <span>

namespace vividface {

inline constexpr std::uint64_t kFnv1aBasis = 0xcbf29ce484222325;

/// FNV-1a: enough to tell that bytes were changed, not to withstand who wants to hide it. `hash` is that of the bytes
/// before these.
constexpr std::uint64_t fnv1a(std::span<const char> bytes, std::uint64_t hash = kFnv1aBasis) {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

}  // namespace vividface
