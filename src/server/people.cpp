#include "server/people.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/output_file.h"
#include "server/private_folder.h"
#include "server/session_path.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = ".person";
constexpr const char* kNoFolder = "there is no folder for people: start the service with --people FOLDER";

// Links are not followed: they could lead anywhere.
bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(path, error));
}

}  // namespace

bool is_person_name(std::string_view name) { return is_session_name(name); }

People::People(fs::path folder) : folder_(private_folder(std::move(folder), "--people")) {}

std::vector<std::string> People::names() const {
  std::vector<std::string> names;
  std::error_code error;
  if (!has_folder()) return names;
  for (fs::directory_iterator it(folder_, error), end; !error && it != end && names.size() < kMost;
       it.increment(error)) {
    if (it->path().extension() != kSuffix || !is_file(it->path())) continue;
    if (std::string name = it->path().stem().string(); is_person_name(name)) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

void People::keep(std::string_view name, const Reference& reference) const {
  const fs::path path = file(name);
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) {
    if (!is_file(path)) throw InputError("\"" + std::string(name) + "\" is no file in the folder of people; remove it");
  } else if (names().size() >= kMost) {
    throw InputError("there are " + std::to_string(kMost) + " people already; forget one first");
  }
  reference.save(path, FileAccess::owner);
}

Reference People::load(std::string_view name) const {
  const fs::path path = file(name);
  if (!is_file(path)) throw InputError("there is nobody of the name \"" + std::string(name) + "\"");
  std::error_code error;
  if (fs::file_size(path, error) > kLargestFile || error) {
    throw InputError("\"" + std::string(name) + "\" is not a person: the file is too large");
  }
  return Reference::load(path);
}

void People::forget(std::string_view name) const {
  const fs::path path = file(name);
  if (!is_file(path)) throw InputError("there is nobody of the name \"" + std::string(name) + "\"");
  std::error_code error;
  if (!fs::remove(path, error))
    throw InputError("\"" + std::string(name) + "\" cannot be forgotten: " + error.message());
}

fs::path People::file(std::string_view name) const {
  if (!has_folder()) throw InputError(kNoFolder);
  if (!is_person_name(name)) throw InputError("a person's name has 1 to 32 letters, digits, - and _");
  return folder_ / (std::string(name) + kSuffix);
}

}  // namespace vividface
