#include "motion/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "motion/eyelids.h"
#include "motion/faces.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

cv::Mat frame() {
  cv::Mat picture(320, 320, CV_8UC3);
  cv::randu(picture, 0, 255);
  return picture;
}

std::filesystem::path temporary(const char* name) {
  static const TemporaryFolder folder;
  return folder / name;
}

TEST(ReferenceShape, HasNoExpressionOfItsOwn) {
  const FaceObservation face = synthetic_face({10, 5, 3});
  const std::optional<ReferenceShape> shape = ReferenceShape::of(face);
  ASSERT_TRUE(shape);
  Keypoints points, again;
  mesh_keypoints(face, points);
  compose(shape->canonical, shape->motion, again);
  EXPECT_LT((again - points).cwiseAbs().maxCoeff(), 1e-3f);
  EXPECT_FALSE(ReferenceShape::of(FaceObservation{}));
}

TEST(Reference, IsTheSameAfterSavingAndLoading) {
  const Reference saved = Reference::from_frame(frame(), synthetic_face());
  saved.save(temporary("neutral.cbor"));
  const Reference loaded = Reference::load(temporary("neutral.cbor"));
  EXPECT_EQ(cv::norm(saved.picture, loaded.picture), 0);
  for (int i = 0; i < kMeshPointCount; ++i) EXPECT_EQ(saved.face.mesh[i], loaded.face.mesh[i]);
  EXPECT_EQ(saved.face.eyes[1].contour[70], loaded.face.eyes[1].contour[70]);
  EXPECT_FALSE(std::filesystem::exists(temporary("neutral.cbor.part")));
}

TEST(Reference, KeepsTheLidsAndWhoMayReadIt) {
  Reference saved = Reference::from_frame(frame(), synthetic_face());
  saved.lids = {.shut = {{0.01f, 0.02f}}, .wide = {{0.4f, 0.41f}}};
  const auto path = temporary("anna.cbor");
  saved.save(path, FileAccess::owner);
  EXPECT_EQ(Reference::load(path).lids, saved.lids);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write);
  saved.lids.wide.reset();
  EXPECT_EQ(Reference::parse(saved.to_cbor(), "r").lids, saved.lids);
  for (const float value : {2.1f, -0.6f, std::numeric_limits<float>::quiet_NaN(), INFINITY}) {
    saved.lids.shut = {{0.01f, value}};
    EXPECT_THROW(Reference::parse(saved.to_cbor(), "r"), InputError) << value;
  }
}

TEST(Reference, ALargeFrameIsReducedWithItsPoints) {
  const cv::Mat large(4000, 6000, CV_8UC3, cv::Scalar::all(90));
  const Reference reference = Reference::from_frame(large, synthetic_face({}, 150, {3000, 2000}));
  EXPECT_LE(std::max(reference.picture.cols, reference.picture.rows), 641);
  for (const cv::Point3f& p : reference.face.mesh) {
    EXPECT_TRUE(cv::Rect2f(0, 0, 513, 513).contains({p.x, p.y}));
  }
}

TEST(Reference, RefusesOtherFiles) {
  EXPECT_THROW(Reference::load("no-such-file"), InputError);
  const std::filesystem::path path = temporary("broken.cbor");
  std::ofstream(path, std::ios::binary) << "not a reference at all";
  EXPECT_THROW(Reference::load(path), InputError);
  Reference::from_frame(frame(), synthetic_face()).save(path);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_THROW(Reference::load(path), InputError);
  FaceObservation bad = synthetic_face();
  bad.mesh[3].y = std::numeric_limits<float>::quiet_NaN();
  Reference{frame(), bad}.save(path);
  EXPECT_THROW(Reference::load(path), InputError);
}

TEST(Reference, RefusesHostileBytes) {
  const auto path = temporary("whole.cbor");
  Reference::from_frame(frame(), synthetic_face()).save(path);
  std::ifstream file(path, std::ios::binary);
  const std::vector<std::uint8_t> whole{std::istreambuf_iterator<char>(file), {}};
  ASSERT_NO_THROW(Reference::parse(whole, "r"));
  const auto refused = [](const std::vector<std::uint8_t>& bytes) {
    EXPECT_THROW(Reference::parse(bytes, "r"), InputError);
  };
  // Lists, maps, texts and bytes of no stated length, and tags, a million deep.
  for (const int head : {0x81, 0x9f, 0xa1, 0xbf, 0x7f, 0x5f, 0xc1})
    refused(std::vector<std::uint8_t>(1'000'000, static_cast<std::uint8_t>(head)));
  for (const int head : {0x5b, 0x7b, 0x9b, 0xbb}) {  // as long as can be said
    std::vector<std::uint8_t> huge(9, 0xff);
    huge[0] = static_cast<std::uint8_t>(head);
    refused(huge);
  }
  for (const char* magic : {"PNG\r", "IHDR"}) {  // no PNG, or one that announces 2³² pixels a side
    std::vector<std::uint8_t> changed = whole;
    const auto at = std::search(changed.begin(), changed.end(), magic, magic + 4);
    ASSERT_NE(at, changed.end());
    std::fill_n(*magic == 'I' ? at + 4 : at, 8, std::uint8_t{0xff});
    refused(changed);
  }
}

TEST(NeutralCalibration, TakesTheMedianOfASecondAndIgnoresOneBadPoint) {
  NeutralCalibration calibration;
  for (int i = 0; i <= 30; ++i) {
    EXPECT_FALSE(calibration.result());
    FaceObservation face = synthetic_face({}, 10, {160 + 0.1f * static_cast<float>(i), 160});
    if (i == 15) face.mesh[61].y += 2;
    EXPECT_EQ(calibration.add(frame(), face, i / 30.0), "");
  }
  const std::optional<Reference> result = calibration.result();
  ASSERT_TRUE(result);
  const std::optional<ReferenceShape> shape = ReferenceShape::of(result->face),
                                      plain = ReferenceShape::of(synthetic_face());
  ASSERT_TRUE(shape);
  EXPECT_LT((shape->canonical - plain->canonical).cwiseAbs().maxCoeff(), 0.02f);
}

TEST(NeutralCalibration, SaysWhyItRefusesAndStartsOver) {
  NeutralCalibration calibration;
  for (int i = 0; i < 20; ++i) calibration.add(frame(), synthetic_face(), i / 30.0);
  EXPECT_GT(calibration.progress(), 0.5);
  EXPECT_EQ(calibration.add(frame(), std::nullopt, 0.7), "no face in the picture");
  EXPECT_EQ(calibration.progress(), 0);
  EXPECT_EQ(calibration.add(frame(), synthetic_face({30, 0, 0}), 0.8), "look straight at the camera");
  EXPECT_EQ(calibration.add(frame(), synthetic_face({}, 10, {160, 160}, 0.02f), 0.9), "keep your eyes open");
  EXPECT_EQ(calibration.add(frame(), synthetic_face(), 1.0), "");
  EXPECT_EQ(calibration.add(frame(), synthetic_face({}, 10, {200, 160}), 1.1), "hold still");
}

}  // namespace
}  // namespace vividface
