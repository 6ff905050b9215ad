#include "dataset/set_folder.h"

#include <array>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/fnv1a.h"
#include "base/output_file.h"
#include "base/resources.h"
#include "camera/jpeg.h"

namespace vividface {

namespace fs = std::filesystem;

void claim_set_folder(const fs::path& folder, const nlohmann::json& what) {
  const fs::path path = folder / "dataset.json";
  if (fs::exists(path)) {
    std::ifstream file(path);
    const nlohmann::json theirs = nlohmann::json::parse(file, nullptr, false);
    if (theirs != what) {
      throw InputError(folder.string() + " holds another data set (" + theirs.dump() + "), not " + what.dump() +
                       ": give another --out, or the same --seed and sizes to go on with it");
    }
    return;
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw InputError("cannot make the folder " + folder.string() + ": " + error.message());
  if (!fs::is_empty(folder)) {
    throw InputError(folder.string() + " is not empty and holds no data set: give another --out");
  }
  OutputFile(path).commit(what.dump() + "\n");
}

void refuse_to_shrink(const fs::path& folder, std::size_t count, const std::string& last) {
  const auto order = [](const std::string& name) { return std::pair(name.size(), name); };  // of numbers
  for (const fs::directory_entry& picture : fs::directory_iterator(folder / "images")) {
    if (picture.path().extension() != ".jpg" || order(picture.path().filename().string()) <= order(last)) continue;
    throw InputError(folder.string() + " holds more than " + std::to_string(count) +
                     " samples already: --count may only grow");
  }
}

std::uint64_t config_hash(std::initializer_list<std::string_view> names) {
  std::uint64_t hash = kFnv1aBasis;
  for (const std::string_view name : names) {
    std::ifstream file(resource("config/" + std::string(name) + ".json"));
    hash = fnv1a(nlohmann::json::parse(file, nullptr, false, true).dump(), hash);  // its layout does not count
  }
  return hash;
}

void write_picture(const fs::path& path, const cv::Mat& bgr, int quality) {
  const std::vector<std::uint8_t> jpeg = encode_jpeg(bgr, quality);
  OutputFile(path).commit({reinterpret_cast<const char*>(jpeg.data()), jpeg.size()});
}

std::string controls_field(const ControlVector& controls) {
  std::string field = "\"[";
  std::array<char, 32> text;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    if (i > 0) field += ", ";
    field.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), controls[i]).ptr);
  }
  return field + "]\"";
}

}  // namespace vividface
