#include "camera/jpeg.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>
#include <type_traits>

#include "camera/frame_source.h"

namespace vividface {
namespace {

cv::Mat picture() {
  cv::Mat bgr(48, 64, CV_8UC3, cv::Scalar(30, 90, 200));
  cv::rectangle(bgr, {16, 16}, {47, 31}, {200, 40, 20}, cv::FILLED);
  return bgr;
}

static_assert(!std::is_copy_constructible_v<JpegDecoder>, "two would give one handle back");

TEST(Jpeg, GivesThePictureBackInBgr) {
  cv::Mat out;
  JpegDecoder decoder;
  ASSERT_TRUE(decoder.decode(encode_jpeg(picture(), 95), out));
  ASSERT_EQ(out.size(), picture().size());
  EXPECT_LT(cv::norm(out, picture(), cv::NORM_L1) / (48 * 64 * 3), 4);
}

TEST(Jpeg, ReusesTheBuffer) {
  cv::Mat out;
  JpegDecoder decoder;
  ASSERT_TRUE(decoder.decode(encode_jpeg(picture()), out));
  const auto* before = out.data;
  ASSERT_TRUE(decoder.decode(encode_jpeg(picture()), out));
  EXPECT_EQ(out.data, before);
}

TEST(Jpeg, RejectsWhatIsNone) {
  cv::Mat out = picture();
  JpegDecoder decoder;
  EXPECT_FALSE(decoder.decode({}, out));
  EXPECT_TRUE(out.empty());
  const std::vector<std::uint8_t> noise(1000, 0xAB);
  EXPECT_FALSE(decoder.decode(noise, out));
}

TEST(Jpeg, RejectsWhatIsCutOffAnywhere) {
  const std::vector<std::uint8_t> whole = encode_jpeg(picture());
  JpegDecoder decoder;
  cv::Mat out;
  for (std::size_t size = 0; size + 2 < whole.size(); size += 7) {
    EXPECT_FALSE(decoder.decode(std::span(whole).first(size), out)) << size;
  }
  EXPECT_TRUE(decoder.decode(whole, out));  // and is none the worse for it
}

TEST(Jpeg, RejectsAHugePictureBeforeItTakesTheMemory) {
  std::vector<std::uint8_t> jpeg = encode_jpeg(picture());
  for (std::size_t i = 0; i + 8 < jpeg.size(); ++i) {
    if (jpeg[i] != 0xFF || jpeg[i + 1] != 0xC0) continue;  // the frame header says the size
    for (std::size_t k = 5; k < 9; ++k) jpeg[i + k] = 0xFF;
  }
  cv::Mat out;
  EXPECT_FALSE(JpegDecoder().decode(jpeg, out));
}

/// A grey progressive JPEG of 8×8 pixels whose mean is sent `scans` times over.
std::vector<std::uint8_t> many_scans(int scans) {
  std::vector<std::uint8_t> jpeg = {0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0};  // a quantization table
  jpeg.insert(jpeg.end(), 64, 1);
  const auto add = [&](std::initializer_list<std::uint8_t> bytes) { jpeg.insert(jpeg.end(), bytes); };
  add({0xFF, 0xC2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0});                          // a progressive frame
  add({0xFF, 0xC4, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});  // a code of one bit for "as before"
  for (int i = 0; i < scans; ++i) add({0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0x7F});
  add({0xFF, 0xD9});
  return jpeg;
}

TEST(Jpeg, RejectsEndlessScans) {
  cv::Mat out;
  EXPECT_TRUE(JpegDecoder().decode(many_scans(10), out));
  EXPECT_FALSE(JpegDecoder().decode(many_scans(10'000), out));
}

}  // namespace
}  // namespace vividface
