#pragma once

#include <filesystem>
#include <string_view>

namespace vividface {

/// Who may read a new file: everybody whom the process lets (its umask), or its owner alone.
enum class FileAccess { all, owner };

/// A file that appears under its name only when it is whole: it is written beside that name and renamed at the end.
/// Without commit() nothing is left behind, and a file that had the name before stays as it was.
class OutputFile {
 public:
  /// Makes the empty file to write. Throws InputError when the folder is missing or not writable, or when the name is
  /// taken by something that is no regular file.
  explicit OutputFile(std::filesystem::path path, FileAccess access = FileAccess::all);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  const std::filesystem::path& path() const { return path_; }
  /// What to write until then: in the same folder, hidden, with the same suffix.
  const std::filesystem::path& partial() const { return partial_; }

  /// Gives the file its name. Close what wrote it first. Throws std::runtime_error when that fails.
  void commit();
  /// Writes `contents`, then commits. Throws std::runtime_error when the disk is full.
  void commit(std::string_view contents);

 private:
  std::filesystem::path path_, partial_;
  bool committed_ = false;
};

}  // namespace vividface
