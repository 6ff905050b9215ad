#include "face/face_tracker.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "base/resources.h"
#include "face/mesh_points.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

const std::string kData = VIVIDFACE_TEST_DATA "/face/";

cv::Mat picture(const std::string& name) {
  cv::Mat bgr = cv::imread(kData + name + ".jpg");
  EXPECT_FALSE(bgr.empty()) << name;
  return bgr;
}

cv::Mat scaled(const cv::Mat& bgr, double scale) {
  cv::Mat out;
  cv::resize(bgr, out, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return out;
}

cv::Mat mirrored(const cv::Mat& bgr) {
  cv::Mat out;
  cv::flip(bgr, out, 1);
  return out;
}

/// Two pictures in one frame, each centred in its half.
cv::Mat side_by_side(const cv::Mat& left, const cv::Mat& right) {
  cv::Mat frame(400, 800, CV_8UC3, cv::Scalar::all(90));
  int x = 200;
  for (const auto& part : {left, right}) {
    part.copyTo(frame(cv::Rect({x - part.cols / 2, 200 - part.rows / 2}, part.size())));
    x += 400;
  }
  return frame;
}

cv::Point2f at(const FaceObservation& face, int i) { return {face.mesh[i].x, face.mesh[i].y}; }
cv::Point2f nose(const FaceObservation& face) { return at(face, mesh_point::kNoseTip); }

/// Mean distance between the lids, per eye width.
double opening(const EyeObservation& eye) {
  double sum = 0;
  for (int i = 3; i <= 5; ++i) sum += cv::norm(eye.contour[i] - eye.contour[i + 8]) / 3;
  return sum / cv::norm(eye.contour[0] - eye.contour[8]);
}

class FaceTrackerTest : public testing::Test {
 protected:
  FaceTracker tracker;
};

TEST_F(FaceTrackerTest, PointsLieWhereMediaPipeSeesThem) {
  const auto golden = nlohmann::json::parse(std::ifstream(kData + "golden.json"));
  for (const auto& [name, points] : golden["pictures"].items()) {
    tracker.reset();
    const auto face = tracker.track(picture(name));
    ASSERT_TRUE(face) << name;
    EXPECT_GT(face->presence, 0.9f) << name;
    const auto near = [&](const cv::Point2f& point, const std::string& key) {
      const auto& expected = points.at(key);
      EXPECT_NEAR(point.x, expected[0].get<float>(), golden["tolerance_pixels"]) << name << ' ' << key;
      EXPECT_NEAR(point.y, expected[1].get<float>(), golden["tolerance_pixels"]) << name << ' ' << key;
    };
    for (const auto& [key, index] : golden["mesh"].items()) near(at(*face, index), key);
    for (const auto& [eye, side] : {std::pair{face->eyes[0], "left "}, std::pair{face->eyes[1], "right "}}) {
      near(eye.iris[0], side + std::string("iris"));
      near(eye.contour[4], side + std::string("lower lid"));
      near(eye.contour[12], side + std::string("upper lid"));
    }
  }
}

TEST_F(FaceTrackerTest, LeftIsTheSubjectsOwnLeft) {
  const auto face = tracker.track(picture("neutral"));
  ASSERT_TRUE(face);
  EXPECT_GT(face->eyes[0].iris[0].x, face->eyes[1].iris[0].x);  // unmirrored pictures show it on the right
  EXPECT_GT(at(*face, mesh_point::kLeftEyeOuter).x, at(*face, mesh_point::kRightEyeOuter).x);
}

TEST_F(FaceTrackerTest, EyesRunFromTheTempleToTheNose) {
  const auto face = tracker.track(picture("neutral"));
  ASSERT_TRUE(face);
  for (int side = 0; side < 2; ++side) {
    const auto& eye = face->eyes[side];
    const float outwards = side == 0 ? 1.f : -1.f;
    EXPECT_GT(outwards * (eye.contour[0].x - eye.contour[8].x), 10);
    EXPECT_GT(eye.iris[1].x - eye.iris[3].x, 3);
    EXPECT_GT(eye.iris[4].y, eye.iris[2].y);
    for (int i = 2; i <= 6; ++i) EXPECT_GT(eye.contour[i].y, eye.contour[i + 8].y) << i;
  }
}

TEST_F(FaceTrackerTest, SeesOpenAndShutEyesAndMouths) {
  const auto neutral = tracker.track(picture("neutral"));
  tracker.reset();
  const auto shut = tracker.track(picture("eyes_shut"));
  tracker.reset();
  const auto shout = tracker.track(picture("mouth_open"));
  ASSERT_TRUE(neutral && shut && shout);
  const auto mouth = [](const FaceObservation& face) {
    return cv::norm(at(face, mesh_point::kUpperLip) - at(face, mesh_point::kLowerLip)) /
           cv::norm(at(face, mesh_point::kLeftEyeOuter) - at(face, mesh_point::kRightEyeOuter));
  };
  for (int side = 0; side < 2; ++side) {
    EXPECT_GT(opening(neutral->eyes[side]), 2 * opening(shut->eyes[side])) << side;
  }
  EXPECT_LT(mouth(*neutral), 0.05);
  EXPECT_GT(mouth(*shout), 0.15);
}

TEST_F(FaceTrackerTest, AMirroredFaceGivesMirroredPoints) {
  const cv::Mat frame = picture("neutral");
  const auto face = tracker.track(frame);
  tracker.reset();
  const auto mirror = tracker.track(mirrored(frame));
  ASSERT_TRUE(face && mirror);
  for (int side = 0; side < 2; ++side) {
    const cv::Point2f iris = mirror->eyes[1 - side].iris[0];
    EXPECT_NEAR(cv::norm(cv::Point2f(static_cast<float>(frame.cols - 1) - iris.x, iris.y) - face->eyes[side].iris[0]),
                0, 2.5);
  }
}

TEST_F(FaceTrackerTest, ATiltedFaceGivesTiltedPoints) {
  const cv::Mat frame = picture("neutral");
  const auto upright = tracker.track(frame);
  ASSERT_TRUE(upright);
  for (const double degrees : {-40.0, 40.0}) {
    const cv::Matx23d turn = cv::getRotationMatrix2D({160, 160}, degrees, 1);
    cv::Mat tilted;
    cv::warpAffine(frame, tilted, turn, frame.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    tracker.reset();
    const auto face = tracker.track(tilted);
    ASSERT_TRUE(face) << degrees;
    for (const int i : mesh_point::kSkull) {
      const cv::Vec2d expected = turn * cv::Vec3d(upright->mesh[i].x, upright->mesh[i].y, 1);
      EXPECT_NEAR(cv::norm(cv::Point2d(at(*face, i)) - cv::Point2d(expected)), 0, 4) << degrees << ' ' << i;
    }
  }
}

TEST_F(FaceTrackerTest, AStillPictureGivesStillPoints) {
  const cv::Mat frame = picture("neutral");
  const auto first = tracker.track(frame);
  for (int i = 0; i < 20; ++i) {
    const auto next = tracker.track(frame);
    ASSERT_TRUE(first && next);
    EXPECT_LT(cv::norm(nose(*next) - nose(*first)), 1.0);
  }
}

TEST_F(FaceTrackerTest, AFaceThatJumpsIsSeenRightAtOnce) {
  const cv::Mat frame = picture("neutral");
  const auto still = tracker.track(frame);
  ASSERT_TRUE(still);
  const cv::Point2f jump(20, 35);
  cv::Mat moved;
  cv::warpAffine(frame, moved, cv::Matx23f(1, 0, jump.x, 0, 1, jump.y), frame.size(), cv::INTER_LINEAR,
                 cv::BORDER_REPLICATE);
  const auto face = tracker.track(moved);
  ASSERT_TRUE(face);
  EXPECT_NEAR(cv::norm(nose(*face) - jump - nose(*still)), 0, 1.5);
  EXPECT_NEAR(cv::norm(face->eyes[0].iris[0] - jump - still->eyes[0].iris[0]), 0, 1.5);
}

TEST_F(FaceTrackerTest, LosesAFaceThatLeavesAndFindsItAgain) {
  const cv::Mat frame = picture("neutral"), nothing(frame.size(), frame.type(), cv::Scalar(60, 120, 60));
  EXPECT_TRUE(tracker.track(frame));
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(tracker.track(nothing)) << i;
  EXPECT_TRUE(tracker.track(frame));
}

TEST_F(FaceTrackerTest, FindsAFaceAgainThatComesBackElsewhere) {
  const cv::Mat face = scaled(picture("neutral"), 0.7), nothing(face.size(), face.type(), cv::Scalar::all(90));
  EXPECT_TRUE(tracker.track(side_by_side(face, nothing)));
  int frames = 0;
  while (!tracker.track(side_by_side(nothing, face))) ASSERT_LT(++frames, 30);
}

TEST_F(FaceTrackerTest, TakesTheLargestFaceAndKeepsItWhenAnotherGrows) {
  const cv::Mat mine = picture("neutral"), other = picture("mouth_open");
  for (const bool left : {true, false}) {
    tracker.reset();
    const auto frame = [&](double my_scale, double other_scale) {
      const cv::Mat a = scaled(mine, my_scale), b = scaled(other, other_scale);
      return left ? side_by_side(a, b) : side_by_side(b, a);
    };
    const auto on_my_side = [&](const std::optional<FaceObservation>& face) {
      return face && (nose(*face).x < 400) == left;
    };
    EXPECT_TRUE(on_my_side(tracker.track(frame(1.1, 0.7))));
    for (int i = 0; i <= 20; ++i) {
      EXPECT_TRUE(on_my_side(tracker.track(frame(1.1 - 0.025 * i, 0.7 + 0.025 * i)))) << i;
    }
    tracker.reset();
    EXPECT_FALSE(on_my_side(tracker.track(frame(0.6, 1.2)))) << "the other is the largest now";
  }
}

TEST_F(FaceTrackerTest, DoesNotTakeABystanderForAFaceThatIsHiddenForAMoment) {
  const cv::Mat mine = picture("neutral"), other = scaled(picture("mouth_open"), 0.8);
  const cv::Mat hidden(mine.size(), mine.type(), cv::Scalar::all(90));
  ASSERT_TRUE(tracker.track(side_by_side(mine, other)));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(tracker.track(side_by_side(hidden, other)));
  const auto face = tracker.track(side_by_side(mine, other));
  ASSERT_TRUE(face);
  EXPECT_LT(nose(*face).x, 400);
}

TEST_F(FaceTrackerTest, TheChosenPersonIsKeptUntilAnotherIsChosen) {
  const cv::Mat large = picture("neutral"), small = scaled(picture("mouth_open"), 0.7);
  const auto is_left = [&](const cv::Mat& frame) {
    const auto face = tracker.track(frame);
    EXPECT_TRUE(face);
    return face && nose(*face).x < 400;
  };
  const cv::Mat frame = side_by_side(large, small);
  EXPECT_TRUE(is_left(frame));
  tracker.choose(cv::Point2f(0.75f, 0.5f));
  for (int i = 0; i <= 20; ++i) {
    EXPECT_FALSE(is_left(side_by_side(scaled(large, 0.8 + 0.02 * i), small))) << i;
  }
  tracker.choose(cv::Point2f(0.1f, 0.9f));  // outside of any box: the nearest
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(is_left(frame));
  tracker.choose(cv::Point2f(1, 0));
  EXPECT_FALSE(is_left(frame));
  tracker.choose(std::nullopt);
  EXPECT_TRUE(is_left(frame)) << "the largest";
}

TEST_F(FaceTrackerTest, AChoiceWaitsForAFace) {
  const cv::Mat one = picture("neutral"), other = scaled(picture("mouth_open"), 0.7);
  const cv::Mat nobody(one.size(), one.type(), cv::Scalar::all(90));
  tracker.choose(cv::Point2f(0.75f, 0.5f));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(tracker.track(side_by_side(nobody, nobody)));
  const auto face = tracker.track(side_by_side(one, other));
  ASSERT_TRUE(face);
  EXPECT_GT(nose(*face).x, 400);
}

TEST_F(FaceTrackerTest, AChosenPersonWhoIsLostIsNobodyElseHoweverLongItTakes) {
  const cv::Mat mine = scaled(picture("neutral"), 0.7), other = picture("mouth_open");
  const cv::Mat nobody(mine.size(), mine.type(), cv::Scalar::all(90));
  tracker.choose(cv::Point2f(0.25f, 0.5f));
  ASSERT_TRUE(tracker.track(side_by_side(mine, other)));
  for (int i = 0; i < 40; ++i) ASSERT_FALSE(tracker.track(side_by_side(nobody, other))) << i;
  const auto face = tracker.track(side_by_side(mine, other));
  ASSERT_TRUE(face);
  EXPECT_LT(nose(*face).x, 400);
}

TEST_F(FaceTrackerTest, RejectsWhatIsNoBgrPicture) {
  const cv::Mat frame = picture("neutral");
  cv::Mat grey, alpha, floats;
  cv::cvtColor(frame, grey, cv::COLOR_BGR2GRAY);
  cv::cvtColor(frame, alpha, cv::COLOR_BGR2BGRA);
  frame.convertTo(floats, CV_32F);
  ASSERT_TRUE(tracker.track(frame));
  for (const auto& bad : {cv::Mat(), grey, alpha, floats}) EXPECT_FALSE(tracker.track(bad));
  EXPECT_TRUE(tracker.track(frame)) << "a bad frame does not lose the face";
}

TEST_F(FaceTrackerTest, FindsNoFaceWhereThereIsNone) {
  cv::Mat noise(240, 320, CV_8UC3);
  cv::theRNG().state = 7;
  for (int i = 0; i < 5; ++i) {
    cv::randu(noise, 0, 256);
    EXPECT_FALSE(tracker.track(noise));
  }
  for (const auto size :
       {cv::Size(1, 1), cv::Size(16, 16), cv::Size(1, 20000), cv::Size(32767, 2), cv::Size(40000, 1)}) {
    EXPECT_FALSE(tracker.track(cv::Mat(size, CV_8UC3, cv::Scalar(40, 90, 200)))) << size;
  }
}

TEST_F(FaceTrackerTest, ASizeThatChangesInMidStreamDoesNoHarm) {
  const cv::Mat frame = picture("neutral");
  ASSERT_TRUE(tracker.track(frame));
  tracker.track(cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(0)));
  tracker.track(scaled(frame, 0.05));
  int frames = 0;
  while (!tracker.track(frame)) ASSERT_LT(++frames, 30);
}

TEST_F(FaceTrackerTest, Follows8kFramesAndPartsOfPictures) {
  const cv::Mat small = picture("neutral"), large = scaled(small, 13.5);
  cv::Mat frame(4320, 7680, CV_8UC3, cv::Scalar::all(80));
  large.copyTo(frame(cv::Rect(1680, 0, large.cols, large.rows)));
  const auto here = tracker.track(small);
  tracker.reset();
  const auto there = tracker.track(frame);
  ASSERT_TRUE(here && there);
  EXPECT_NEAR(cv::norm((nose(*there) - cv::Point2f(1680, 0)) / 13.5f - nose(*here)), 0, 3);
  tracker.reset();
  EXPECT_TRUE(tracker.track(frame(cv::Rect(1680, 0, 4320, 4320)))) << "rows that do not follow one another in memory";
}

TEST(FaceTracker, NamesAnAlteredModelFile) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "mediapipe");
  for (const auto* name : {"face_detection_short_range.tflite", "face_landmark_with_attention.tflite"}) {
    std::filesystem::copy(third_party(std::string("mediapipe/") + name), folder.path() / "mediapipe" / name);
  }
  const auto altered = folder.path() / "mediapipe/face_landmark_with_attention.tflite";
  std::filesystem::permissions(altered, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
  std::fstream(altered, std::ios::in | std::ios::out | std::ios::binary).seekp(1000).put('x');
  ASSERT_EQ(setenv("VIVIDFACE_THIRD_PARTY", folder.path().c_str(), 1), 0);
  try {
    FaceTracker tracker;
    ADD_FAILURE() << "an altered model was believed";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("face_landmark_with_attention.tflite"), std::string::npos) << error.what();
  }
  unsetenv("VIVIDFACE_THIRD_PARTY");
}

}  // namespace
}  // namespace vividface
