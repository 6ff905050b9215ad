#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

namespace vividface {

/// The entries of a zip archive in memory, as PyTorch writes them: stored, not compressed, not encrypted, below 4 GiB.
/// Checked: every entry lies within the archive and none overlaps another. Names → bytes. Throws InputError that begins
/// with `file`.
std::map<std::string, std::span<const std::byte>> zip_entries(std::span<const std::byte> archive,
                                                              const std::string& file);

}  // namespace vividface
