#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "camera/frame_source.h"

namespace vividface {
namespace {

constexpr double kRate = 30;
constexpr std::uintmax_t kMaxFileBytes = 512u << 20;
constexpr std::array<std::string_view, 9> kSuffixes = {".png", ".jpg",  ".jpeg", ".bmp", ".webp",
                                                       ".tif", ".tiff", ".ppm",  ".pgm"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_image(const std::filesystem::path& file) {
  std::string suffix = file.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kSuffixes.begin(), kSuffixes.end(), suffix) != kSuffixes.end();
}

std::uint32_t big_endian(std::span<const std::uint8_t> bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

// A PNG of a few kilobytes can announce gigabytes of pixels; its header (ISO/IEC 15948, 11.2.2) tells before decoding.
// The other formats cannot name more than OpenCV's own limit lets through at a sane cost.
bool too_large_to_decode(std::span<const std::uint8_t> file) {
  constexpr std::array<std::uint8_t, 4> kPng = {0x89, 'P', 'N', 'G'};
  if (file.size() < 24 || !std::equal(kPng.begin(), kPng.end(), file.begin())) return false;
  const std::uint64_t width = big_endian(file.subspan(16)), height = big_endian(file.subspan(20));
  return width > kMaxFrameSide || height > kMaxFrameSide || width * height > kMaxFramePixels;
}

std::vector<std::uint8_t> read_bytes(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error || size > kMaxFileBytes) return {};
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// BGR of 8 bits, or empty. 16 bits are scaled to 8, grey is repeated, alpha is dropped.
cv::Mat decode(const std::vector<std::uint8_t>& bytes) {
  if (bytes.empty() || too_large_to_decode(bytes)) return {};
  cv::Mat image;
  try {
    image = cv::imdecode(bytes, cv::IMREAD_COLOR);
  } catch (const cv::Exception&) {
    return {};
  }
  const bool fits = image.cols <= kMaxFrameSide && image.rows <= kMaxFrameSide &&
                    static_cast<long>(image.cols) * image.rows <= kMaxFramePixels;
  return fits ? image : cv::Mat();
}

class ImageFolder : public FrameSource {
 public:
  explicit ImageFolder(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      if (entry.is_regular_file() && is_image(entry.path())) files_.push_back(entry.path());
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
    const std::vector<std::uint8_t> bytes = read_bytes(files_[given_]);
    Frame frame;
    frame.arrival = Clock::now();
    frame.bgr = decode(bytes);
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
