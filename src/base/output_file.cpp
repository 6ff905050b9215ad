#include "base/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/error.h"

namespace vividface {
namespace {

// Two outputs of the same name, in one process or in two, must not write into one file.
std::filesystem::path partial_name(const std::filesystem::path& path) {
  static std::atomic<unsigned> count = 0;
  const std::string unique = std::to_string(getpid()) + "-" + std::to_string(count++);
  return path.parent_path() / ("." + path.stem().string() + ".partial-" + unique + path.extension().string());
}

}  // namespace

OutputFile::OutputFile(std::filesystem::path path, FileAccess access) : path_(std::move(path)) {
  const auto reject = [this](const std::string& why) { throw InputError("output \"" + path_.string() + "\": " + why); };
  if (path_.filename().empty() || path_.filename() == "." || path_.filename() == "..")
    reject("expected the name of a file");
  std::error_code error;
  const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  if (!std::filesystem::is_directory(folder, error)) reject("no folder " + folder.string() + "; make it first");
  // Renaming over a device, a socket or a folder would replace it or fail only at the end. A link is followed.
  if (std::filesystem::is_symlink(path_, error) && std::filesystem::exists(path_, error)) {
    path_ = std::filesystem::canonical(path_);
  }
  if (std::filesystem::exists(path_, error) && !std::filesystem::is_regular_file(path_, error)) {
    reject("there is something of that name that is not a file; give another name");
  }
  partial_ = partial_name(path_);
  const int descriptor =
      open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, access == FileAccess::owner ? 0600 : 0666);
  if (descriptor < 0) reject(std::string("cannot be written (") + std::strerror(errno) + ")");
  close(descriptor);
}

OutputFile::~OutputFile() {
  std::error_code ignored;
  if (!committed_) std::filesystem::remove(partial_, ignored);
}

void OutputFile::commit() {
  std::error_code error;
  std::filesystem::rename(partial_, path_, error);
  if (error) throw std::runtime_error("output \"" + path_.string() + "\": cannot be written (" + error.message() + ")");
  committed_ = true;
}

void OutputFile::commit(std::string_view contents) {
  std::ofstream out(partial_, std::ios::binary | std::ios::trunc);
  out.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  out.close();
  if (!out) throw std::runtime_error("output \"" + path_.string() + "\": cannot be written; is the disk full?");
  commit();
}

}  // namespace vividface
