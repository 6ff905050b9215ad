#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "camera/frame_source.h"
#include "camera/picture.h"

namespace vividface {
namespace {

constexpr double kRate = 30;
constexpr std::array<std::string_view, 9> kSuffixes = {".png", ".jpg",  ".jpeg", ".bmp", ".webp",
                                                       ".tif", ".tiff", ".ppm",  ".pgm"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Hidden files are another program's, such as what macOS keeps beside a picture.
bool is_image(const std::filesystem::path& file) {
  if (file.filename().string().starts_with('.')) return false;
  std::string suffix = file.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kSuffixes.begin(), kSuffixes.end(), suffix) != kSuffixes.end();
}

class ImageFolder : public FrameSource {
 public:
  explicit ImageFolder(const std::filesystem::path& folder) {
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code unreadable;  // such as a link to itself: no image
      if (entry->is_regular_file(unreadable) && is_image(entry->path())) files_.push_back(entry->path());
    }
    if (error) throw InputError("input \"" + folder.string() + "\": cannot list the folder (" + error.message() + ")");
    if (files_.empty()) {
      throw InputError("input \"" + folder.string() +
                       "\": no images in the folder; put png, jpg, bmp, webp, tif, ppm or pgm files into it");
    }
    std::sort(files_.begin(), files_.end(),
              [](const auto& a, const auto& b) { return natural_less(a.filename().string(), b.filename().string()); });
  }

  std::optional<Frame> next() override {
    if (given_ == files_.size()) return std::nullopt;
    const std::vector<std::uint8_t> bytes = picture_bytes(files_[given_]);
    Frame frame;
    frame.arrival = Clock::now();
    frame.bgr = decode_picture(bytes);
    frame.index = given_;
    frame.time = static_cast<double>(given_) / kRate;
    ++given_;
    return frame;
  }

  double frames_per_second() const override { return kRate; }
  std::optional<std::size_t> frame_count() const override { return files_.size(); }

 private:
  std::vector<std::filesystem::path> files_;
  std::size_t given_ = 0;
};

}  // namespace

bool natural_less(const std::string& a, const std::string& b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i, ++j;
      continue;
    }
    // Numbers of any length: leading zeros aside, the longer is the greater.
    while (i < a.size() && a[i] == '0') ++i;
    while (j < b.size() && b[j] == '0') ++j;
    std::size_t i_end = i, j_end = j;
    while (i_end < a.size() && is_digit(a[i_end])) ++i_end;
    while (j_end < b.size() && is_digit(b[j_end])) ++j_end;
    if (i_end - i != j_end - j) return i_end - i < j_end - j;
    if (const int order = a.compare(i, i_end - i, b, j, j_end - j); order != 0) return order < 0;
    i = i_end, j = j_end;
  }
  if (i == a.size() && j == b.size()) return a < b;  // 01 and 1: any fixed order
  return i == a.size();
}

std::unique_ptr<FrameSource> open_image_folder(const std::filesystem::path& folder) {
  return std::make_unique<ImageFolder>(folder);
}

}  // namespace vividface
