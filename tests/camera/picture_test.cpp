#include "camera/picture.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "base/error.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using Bytes = std::vector<std::uint8_t>;

const char* const kFormats[] = {".png", ".jpg", ".bmp", ".webp", ".tif", ".ppm", ".pgm"};
const cv::Size kSize(40, 24);

Bytes encoded(const std::string& suffix, const std::vector<int>& options = {}) {
  Bytes bytes;
  const int type = suffix == ".pgm" ? CV_8UC1 : CV_8UC3;
  cv::imencode(suffix, cv::Mat(kSize, type, cv::Scalar(10, 120, 200)), bytes, options);
  return bytes;
}

void put(Bytes& bytes, std::size_t at, std::initializer_list<std::uint8_t> values) {
  std::copy(values.begin(), values.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

// A file of each format whose header says more than 16384 pixels a side, or more than 64 megapixels.
Bytes huge(const std::string& suffix) {
  Bytes bytes = encoded(suffix);
  if (suffix == ".png") put(bytes, 16, {0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30});
  if (suffix == ".bmp") put(bytes, 18, {0x30, 0x75, 0, 0, 0xd0, 0x8a, 0xff, 0xff});  // from the top: -30000
  if (suffix == ".webp") put(bytes, 21, {0xff, 0xff, 0xff, 0x0f});                   // lossless: 16384 × 16384
  if (suffix == ".jpg") {
    for (std::size_t i = 0; i + 8 < bytes.size(); ++i) {
      if (bytes[i] == 0xff && bytes[i + 1] == 0xc0) put(bytes, i + 5, {0x7f, 0xff, 0x7f, 0xff});
    }
  }
  if (suffix == ".tif") {
    const std::size_t fields = bytes[4] | bytes[5] << 8;
    put(bytes, fields + 2 + 8, {0xff, 0x7f});       // the first field is the width
    put(bytes, fields + 2 + 12 + 8, {0xff, 0x7f});  // the second the height
  }
  if (suffix == ".ppm" || suffix == ".pgm") {
    std::string file = suffix == ".ppm" ? "P6 # 1 1\n30000\t30000 255\n" : "P5\n30000 30000\n255\n";
    file.resize(1000);
    return {file.begin(), file.end()};
  }
  return bytes;
}

TEST(Picture, OfEachFormatHasTheSizeItsHeaderSays) {
  for (const std::string suffix : kFormats) {
    EXPECT_EQ(picture_size(encoded(suffix)), kSize) << suffix;
    const cv::Mat picture = decode_picture(encoded(suffix));
    ASSERT_EQ(picture.size(), kSize) << suffix;
    EXPECT_EQ(picture.type(), CV_8UC3) << suffix;
  }
  EXPECT_EQ(picture_size(encoded(".webp", {cv::IMWRITE_WEBP_QUALITY, 80})), kSize) << "lossy";
}

TEST(Picture, TooLargeIsKnownBeforeItIsDecoded) {
  for (const std::string suffix : kFormats) {
    const auto size = picture_size(huge(suffix));
    ASSERT_TRUE(size) << suffix;
    EXPECT_FALSE(may_be_decoded(*size)) << suffix << *size;
    EXPECT_TRUE(decode_picture(huge(suffix)).empty()) << suffix;
  }
}

TEST(Picture, OfNoKnownFormatOrCutOffIsEmpty) {
  for (const std::string text : {"", "P", "P6", "BM", "II*", "no picture at all, but long enough for a header"}) {
    EXPECT_TRUE(decode_picture(Bytes(text.begin(), text.end())).empty()) << text;
  }
  for (const std::string suffix : kFormats) {
    const Bytes whole = encoded(suffix);
    for (std::size_t size = 0; size < std::min<std::size_t>(whole.size(), 64); ++size) {
      EXPECT_NO_THROW(decode_picture(std::span(whole).first(size))) << suffix << size;
    }
  }
}

TEST(Picture, OfAFileIsReadOrRefusedByName) {
  const TemporaryFolder folder;
  const auto write = [&](const char* name, const Bytes& bytes) {
    std::ofstream(folder / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return folder / name;
  };
  EXPECT_EQ(read_picture(write("good.png", encoded(".png"))).size(), kSize);
  Bytes cut = encoded(".png");
  cut.resize(40);
  using testing::HasSubstr;
  for (const auto& [file, why] : {std::pair{write("huge.png", huge(".png")), "30000x30000"},
                                  {write("cut.png", cut), "whole"},
                                  {write("text.png", {'a', 'b', 'c'}), "something else"},
                                  {folder / "missing.png", "no such file"}}) {
    EXPECT_THAT([&] { read_picture(file); },
                testing::ThrowsMessage<InputError>(testing::AllOf(HasSubstr(file.filename()), HasSubstr(why))));
  }
}

}  // namespace
}  // namespace vividface
