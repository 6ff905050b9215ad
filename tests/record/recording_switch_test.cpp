// A recording that begins while a session runs has what is followed then; and a timeline of it is by its own time.
#include "record/recording_switch.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "record/sessions.h"
#include "record/timeline.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

ControlVector neutral() { return ControlTable::ameca().neutral(); }

Reference a_reference() {
  const cv::Mat picture(16, 16, CV_8UC3, cv::Scalar::all(77));
  return {.picture = picture, .face = grey_engine().track(picture).value()};
}

std::shared_ptr<SessionRecorder> begin(RecordingSwitch& recorded, const std::filesystem::path& file) {
  auto recorder = std::make_shared<SessionRecorder>(file, a_header());
  recorder->keep();
  recorded.begin(recorder);
  return recorder;
}

TEST(RecordingSwitch, ANewRecordingBeginsWithWhoIsFollowed) {
  const TemporaryFolder folder;
  RecordingSwitch recorded;
  EXPECT_FALSE(recorded.is_on());
  recorded.changed({3, cv::Point2f(0.25f, 0.5f)});
  recorded.chose({4, a_reference()});
  recorded.shaped({5, std::make_shared<const Profile>()});
  recorded.gave({5, ShadowStatus::shadowing, neutral()});

  const auto recorder = begin(recorded, folder / "a.vvf");
  EXPECT_TRUE(recorded.is_on());
  recorded.stepped(100.5, std::nullopt, SafetyState::holding, neutral());
  recorded.gave({9, ShadowStatus::shadowing, neutral()});
  recorded.gave({10, ShadowStatus::shadowing, neutral()});
  EXPECT_EQ(recorded.end(), recorder);
  EXPECT_FALSE(recorded.is_on());
  recorded.gave({11, ShadowStatus::shadowing, neutral()});
  recorder->finish();

  SessionReader reader(folder / "a.vvf", SessionAccess::read_only);
  EXPECT_EQ(std::get<RecordedStep>(reader.next().value()).state, SafetyState::holding);
  const auto person = std::get<RecordedPerson>(reader.next().value());
  EXPECT_EQ(person.frame, 9);
  EXPECT_EQ(person.point, cv::Point2f(0.25f, 0.5f));
  EXPECT_EQ(std::get<RecordedProfile>(reader.next().value()).frame, 9);
  EXPECT_EQ(std::get<RecordedResult>(reader.next().value()).frame, 9);
  EXPECT_EQ(std::get<RecordedResult>(reader.next().value()).frame, 10);
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.reference(0, 100).value().frame, 9);
}

TEST(RecordingSwitch, AnotherPersonHasNoNeutralFaceYet) {
  const TemporaryFolder folder;
  RecordingSwitch recorded;
  recorded.chose({1, a_reference()});
  recorded.changed({2, std::nullopt});
  const auto recorder = begin(recorded, folder / "a.vvf");
  recorded.gave({2, ShadowStatus::calibrating, neutral()});
  recorded.chose({3, a_reference()});
  recorded.end();
  recorder->finish();
  SessionReader reader(folder / "a.vvf");
  EXPECT_EQ(reader.reference(0, 100).value().frame, 3);
}

TEST(RecordingSwitch, OneFromTheStartGoesOn) {
  const TemporaryFolder folder;
  SessionRecorder always(folder / "all.vvf", a_header());
  always.keep();
  RecordingSwitch recorded(&always);
  EXPECT_TRUE(recorded.is_on());
  recorded.acted(100, SafetyAction::stop);
  const auto recorder = begin(recorded, folder / "a.vvf");
  recorded.acted(101, SafetyAction::release);
  recorded.end();
  EXPECT_TRUE(recorded.is_on());
  recorded.acted(102, SafetyAction::stop);
  always.finish();
  recorder->finish();
  const auto count = [](const std::filesystem::path& file) {
    SessionReader reader(file);
    int events = 0;
    while (reader.next()) ++events;
    return events;
  };
  EXPECT_EQ(count(folder / "all.vvf"), 3);
  EXPECT_EQ(count(folder / "a.vvf"), 1);
}

TEST(Timeline, CountsFromTheFirstEvent) {
  const TemporaryFolder folder;
  write_session(folder / "a.vvf");  // frames from 100.5 on, poses at 100.6 and 100.7
  SessionReader reader(folder / "a.vvf", SessionAccess::read_only);
  const Timeline timeline = Timeline::read(reader);
  ASSERT_EQ(timeline.frames.size(), 3u);
  EXPECT_EQ(timeline.frames[0].number, 0);
  EXPECT_NEAR(timeline.frames[0].time, 0, 1e-9);
  EXPECT_NEAR(timeline.frames[2].time, 2.0 / 30, 1e-9);
  ASSERT_EQ(timeline.poses.size(), 2u);
  EXPECT_NEAR(timeline.poses[0].time, 0.1, 1e-9);
  EXPECT_NEAR(timeline.duration, 0.2, 1e-9);
}

TEST(Timeline, RefusesTimesThatNoRecordingHas) {
  const TemporaryFolder folder;
  for (const char* time : {"1e308", "-1e308", "1e9"}) {
    const std::filesystem::path file = folder / (std::string(time) + ".vvf");
    write_session(file);
    tamper(file, std::string("UPDATE frames SET arrival = ") + time + " WHERE number = 1");
    SessionReader reader(file, SessionAccess::read_only);
    EXPECT_THROW(Timeline::read(reader), InputError) << time;
  }
}

TEST(Timeline, OfNothingIsEmpty) {
  const TemporaryFolder folder;
  SessionWriter(folder / "a.vvf", a_header()).finish();
  SessionReader reader(folder / "a.vvf", SessionAccess::read_only);
  const Timeline timeline = Timeline::read(reader);
  EXPECT_TRUE(timeline.frames.empty() && timeline.poses.empty());
  EXPECT_EQ(timeline.duration, 0);
}

}  // namespace
}  // namespace vividface
