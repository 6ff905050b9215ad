// A live session that was recorded gives the same again, to the bit; another engine does not.
#include "record/session_replay.h"

#include <gtest/gtest.h>

#include <thread>

#include "record/session_recorder.h"
#include "record/sessions.h"
#include "robot/no_robot.h"
#include "server/live_shadow.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

const ControlTable& table() { return ControlTable::ameca(); }

// M1 that shows how much brighter than the reference a frame is, and less by ten times the shut left eye.
class RelativeTransfer : public MotionTransfer {
 public:
  void set_reference(const cv::Mat& bgr, const FaceObservation&) override { reference_ = bgr.at<cv::Vec3b>(0, 0)[0]; }
  void set_eyelids(const EyelidEndpoints& lids) override {
    if (lids.shut) *reference_ += static_cast<int>(10 * (*lids.shut)[0]);
  }
  bool has_reference() const override { return reference_.has_value(); }
  std::optional<AnimatedFrame> animate(const cv::Mat& bgr, const FaceObservation&) override {
    return AnimatedFrame{bgr - cv::Scalar::all(*reference_), cv::Matx33f::eye()};
  }

 private:
  std::optional<int> reference_;
};

// Whose head is turned tells who is followed.
ShadowParts relative_engine() {
  ShadowParts parts = grey_engine();
  parts.transfer = std::make_unique<RelativeTransfer>();
  auto person = std::make_shared<float>(0.f);
  parts.choose = [person](std::optional<cv::Point2f> point) { *person = point ? point->x : 0; };
  parts.pose_head = [person](const cv::Matx33f&, ControlVector& controls) { controls[1] = *person; };
  return parts;
}

class Replay : public testing::Test {
 protected:
  // Two people, faces, another profile, a lost face, a frame that is none, an emergency stop, neutral faces that take
  // the place of others, and the way to neutral at the end.
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    NoRobot link;
    SessionRecorder recorder(recording(), a_header());
    recorder.keep();
    LiveShadow live(relative_engine(), table(), SafetyLimits::ameca(), link, /*listener=*/nullptr, &recorder);
    const auto show = [&](std::vector<std::uint8_t> jpeg) {
      live.give(std::move(jpeg));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    };
    for (int i = 0; i < 20; ++i) show(grey_jpeg(100 + 5 * i));
    live.choose_person(cv::Point2f(0.75f, 0.5f));
    for (int i = 0; i < 10; ++i) show(grey_jpeg(120 + 5 * i));
    show(grey_jpeg(0));
    show({0xff, 0xd8, 0xff});
    show({});
    for (int i = 0; i < 10; ++i) show(grey_jpeg(200 - 7 * i));
    live.stop();
    for (int i = 0; i < 5; ++i) show(grey_jpeg(250));
    live.release();
    ProfileSettings loud;
    loud.controls[0].gain = 0.5f;
    live.shape(std::make_shared<const Profile>(loud));
    for (int i = 0; i < 10; ++i) show(grey_jpeg(250 - 3 * i));
    live.calibration().use(calibrated(60, {}), "anna");
    for (int i = 0; i < 5; ++i) show(grey_jpeg(200 - 3 * i));
    live.calibration().use(calibrated(60, {.shut = {{0.5f, 0.5f}}, .wide = {}}), "anna");
    for (int i = 0; i < 5; ++i) show(grey_jpeg(200 - 3 * i));
    live.choose_person(cv::Point2f(0.25f, 0.5f));
    for (int i = 0; i < 5; ++i) show(grey_jpeg(220 - 3 * i));
    live.finish();
    live_counts_ = live.counts();
    recorder.finish();
  }
  static void TearDownTestSuite() { delete folder_; }

  static Reference calibrated(int brightness, const EyelidEndpoints& lids) {
    const cv::Mat picture(16, 16, CV_8UC3, cv::Scalar::all(brightness));
    return {.picture = picture, .face = grey_engine().track(picture).value(), .lids = lids};
  }

  static std::filesystem::path recording() { return *folder_ / "session.vvf"; }

  static ReplayComparison replayed(const std::filesystem::path& file, ShadowParts parts = relative_engine()) {
    SessionReader session(file);
    SessionReplay replay(session, std::move(parts), table(), SafetyLimits::ameca());
    while (replay.step()) {
    }
    EXPECT_EQ(replay.sent(), table().neutral());
    return replay.comparison();
  }

  /// A copy for the test to change.
  std::filesystem::path copy() const {
    std::filesystem::copy_file(recording(), own_ / "copy.vvf");
    return own_ / "copy.vvf";
  }

  static inline TemporaryFolder* folder_ = nullptr;
  static inline ShadowCounts live_counts_;
  TemporaryFolder own_;
};

TEST_F(Replay, GivesTheSameToTheBit) {
  for (int i = 0; i < 2; ++i) {
    const ReplayComparison comparison = replayed(recording());
    EXPECT_TRUE(comparison.same());
    EXPECT_EQ(comparison.results, live_counts_.frames);
    EXPECT_GT(comparison.steps, comparison.results);
    EXPECT_EQ(comparison.missing_frames, 0u);
  }
  EXPECT_GE(live_counts_.bad_frame, 1u);
  SessionReader session(recording());
  EXPECT_EQ(session.totals().frames, 73u);  // superseded ones as well
  EXPECT_EQ(session.reference(0, 19)->frame, 0);
  EXPECT_TRUE(session.reference(20, 57)) << "of the second person";
  EXPECT_EQ(session.reference(58, 62)->reference.lids, EyelidEndpoints());
  EXPECT_EQ(session.reference(63, 67)->reference.lids.shut, (EyelidEndpoints::PerEye{0.5f, 0.5f}));
  EXPECT_TRUE(session.reference(68, 72)) << "of the third person";
}

TEST_F(Replay, SeesThatTheNeutralFaceTookThePlaceOfAnother) {
  for (const char* change :
       {"DELETE FROM reference WHERE frame BETWEEN 63 AND 67", "DELETE FROM reference WHERE frame BETWEEN 58 AND 62"}) {
    const auto file = copy();
    tamper(file, change);
    EXPECT_GT(replayed(file).results_differ[0].count, 0u) << change;
    std::filesystem::remove(file);
  }
}

TEST_F(Replay, GivesASessionThatBeganStoppedAgain) {
  const auto file = own_ / "stopped.vvf";
  {
    NoRobot link;
    SessionRecorder recorder(file, a_header());
    recorder.keep();
    LiveShadow live(grey_engine(), table(), SafetyLimits::ameca(), link, /*listener=*/nullptr, &recorder,
                    /*starts_stopped=*/true);
    for (int i = 0; i < 10; ++i) {
      live.give(grey_jpeg(100 + 5 * i));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      if (i == 4) live.release();
    }
    live.finish();
    recorder.finish();
  }
  EXPECT_TRUE(replayed(file, grey_engine()).same());
}

TEST_F(Replay, SaysWhichControlOfAnotherEngineDiffersAndHowMuch) {
  ShadowParts parts = relative_engine();
  parts.map = [map = parts.map](const AnimatedFrame& animated) {
    ControlVector controls = map(animated);
    controls[3] += 0.01f;
    return controls;
  };
  const ReplayComparison comparison = replayed(recording(), std::move(parts));
  ASSERT_FALSE(comparison.same());
  EXPECT_EQ(comparison.status_differs, 0u);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    EXPECT_EQ(comparison.results_differ[i].count > 0, i == 3) << i;
    EXPECT_EQ(comparison.steps_differ[i].count > 0, i == 3) << i;
  }
  EXPECT_NEAR(comparison.results_differ[3].largest, 0.01f, 1e-6);
}

TEST_F(Replay, SeesAnotherPerson) {
  const auto file = copy();
  tamper(file, "UPDATE persons SET x = 0.5");
  const ReplayComparison comparison = replayed(file);
  EXPECT_GT(comparison.results_differ[1].count, 0u);
  EXPECT_EQ(comparison.results_differ[0].count, 0u) << "the reference is of the same frame";
}

TEST_F(Replay, SeesASingleBit) {
  const auto file = copy();
  tamper(file,
         "UPDATE steps SET sent = CAST(substr(sent, 1, 116) || x'01' || substr(sent, 118) AS BLOB) "
         "WHERE event = (SELECT max(event) FROM steps)");
  const ReplayComparison comparison = replayed(file);
  EXPECT_FALSE(comparison.same());
  EXPECT_EQ(comparison.steps_differ[kControlCount - 1].count, 1u);
}

TEST_F(Replay, GoesOnOverAFrameThatIsMissing) {
  const auto file = copy();
  tamper(file, "DELETE FROM frames WHERE number = (SELECT max(frame) FROM results)");
  const ReplayComparison comparison = replayed(file);
  EXPECT_EQ(comparison.missing_frames, 1u);
  EXPECT_TRUE(comparison.same());
}

TEST_F(Replay, SeesAnotherStateOfTheSafetyStage) {
  const auto file = copy();
  tamper(file, "UPDATE steps SET state = 4 WHERE event = (SELECT min(event) FROM steps)");
  const ReplayComparison comparison = replayed(file);
  EXPECT_EQ(comparison.state_differs, 1u);
  EXPECT_FALSE(comparison.same());
}

TEST_F(Replay, SeesAnotherStatus) {
  const auto file = copy();
  tamper(file, "UPDATE results SET status = 2 WHERE event = (SELECT max(event) FROM results)");
  EXPECT_EQ(replayed(file).status_differs, 1u);
}

}  // namespace
}  // namespace vividface
