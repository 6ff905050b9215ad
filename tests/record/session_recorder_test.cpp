// Recording goes on beside the frames' path: it never waits, and what it cannot take is counted.
#include "record/session_recorder.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"
#include "record/session_reader.h"
#include "record/sessions.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

class Recorder : public testing::Test {
 protected:
  template <typename Condition>
  static void wait_until(Condition condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(condition());
  }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "session.vvf";
};

TEST_F(Recorder, PutsWhatHappenedIntoTheFileWhileItGoesOn) {
  SessionRecorder recorder(file_, a_header());
  recorder.arrived(a_frame(0, grey_jpeg(10)));
  recorder.gave({0, ShadowStatus::shadowing, ControlTable::ameca().neutral()});
  recorder.stepped(101, TimedControls{{}, 100.5}, SafetyState::shadowing, ControlTable::ameca().neutral());
  recorder.acted(102, SafetyAction::release);
  wait_until([&] { return recorder.recorded() == 1; });

  SessionReader reader(file_);  // as after a kill: nobody ended the file
  EXPECT_EQ(std::get<RecordedResult>(reader.next().value()).status, ShadowStatus::shadowing);
  EXPECT_EQ(std::get<RecordedStep>(reader.next().value()).captured, 100.5);
  EXPECT_EQ(std::get<RecordedAction>(reader.next().value()).action, SafetyAction::release);
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(recorder.dropped(), 0u);
}

TEST_F(Recorder, NeverWaitsAndCountsWhatDoesNotFit) {
  constexpr std::size_t kQueue = 10'000;
  SessionRecorder recorder(file_, a_header(), kQueue);
  recorder.keep();
  {
    SqliteDatabase other(file_.string(), SQLITE_OPEN_READWRITE);
    other.run("BEGIN IMMEDIATE");  // nothing can be written now
    for (int i = 0; i < 100; ++i) recorder.arrived(a_frame(i, std::vector<std::uint8_t>(1000)));
    for (int i = 0; i < 100; ++i) recorder.acted(0, SafetyAction::stop);
    EXPECT_GT(recorder.dropped(), 150u);
    EXPECT_EQ(recorder.recorded(), 0u);
    other.run("COMMIT");
  }
  wait_until([&] { return recorder.recorded() > 0; });
  const std::uint64_t dropped = recorder.dropped();
  recorder.acted(0, SafetyAction::release);  // there is room again
  recorder.finish();
  EXPECT_EQ(recorder.dropped(), dropped);
  SessionReader reader(file_);
  EXPECT_EQ(reader.totals().frames, recorder.recorded());
  EXPECT_GT(reader.totals().missing, 50u);
  while (const auto event = reader.next()) EXPECT_TRUE(std::holds_alternative<RecordedAction>(*event));
}

TEST_F(Recorder, LetsTheSessionGoOnWhenTheFileFails) {
  SessionRecorder recorder(file_, a_header());
  tamper(file_, "DROP TABLE actions");
  recorder.acted(0, SafetyAction::stop);
  wait_until([&] { return !recorder.failure().empty(); });
  recorder.acted(0, SafetyAction::stop);
  recorder.finish();
  EXPECT_EQ(recorder.dropped(), 2u);
}

TEST_F(Recorder, LeavesNoFileUnlessItIsKept) {
  { const SessionRecorder recorder(file_, a_header()); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  {
    SessionRecorder recorder(file_, a_header());
    recorder.keep();
    recorder.acted(0, SafetyAction::stop);
  }
  EXPECT_TRUE(SessionReader(file_).next());
  EXPECT_THROW(SessionRecorder(file_, a_header()), InputError);
  EXPECT_TRUE(std::filesystem::exists(file_));
}

}  // namespace
}  // namespace vividface
