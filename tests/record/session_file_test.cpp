// A session file reads back as it was written; one that is no such thing is refused in one line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "record/session_reader.h"
#include "record/sessions.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using testing::HasSubstr;

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class SessionFile : public testing::Test {
 protected:
  void expect_refused(const std::string& complaint) const {
    try {
      SessionReader reader(file_);
      FAIL() << "taken, but it should be refused for " << complaint;
    } catch (const InputError& error) {
      const std::string line = error.what();
      EXPECT_THAT(line, HasSubstr(complaint));
      EXPECT_THAT(line, HasSubstr("session.vvf"));
      EXPECT_EQ(line.find('\n'), std::string::npos);
    }
  }
  void expect_refused_after(const std::string& sql, const std::string& complaint) const {
    std::filesystem::remove(file_);
    write_session(file_);
    tamper(file_, sql);
    SCOPED_TRACE(sql);
    expect_refused(complaint);
  }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "a session.vvf";
};

TEST_F(SessionFile, ReadsBackAsItWasWritten) {
  write_session(file_);
  const std::string before = contents(file_);
  SessionReader reader(file_);
  EXPECT_EQ(reader.header().program, "1.2.3");
  EXPECT_EQ(reader.header().configuration, a_header().configuration);
  EXPECT_EQ(reader.header().started_clock, 100.25);
  EXPECT_FALSE(reader.reference(0, 100));
  EXPECT_EQ(reader.totals().frames, 3u);
  EXPECT_EQ(reader.totals().results, 2u);
  EXPECT_EQ(reader.totals().steps, 2u);
  EXPECT_EQ(reader.totals().missing, 0u);
  EXPECT_NEAR(reader.totals().longest_pause, 0.1, 1e-9);

  const RecordedFrame frame = reader.frame(2).value();
  EXPECT_EQ(*frame.jpeg, grey_jpeg(80));
  EXPECT_EQ(frame.arrival, a_frame(2, {}).arrival);  // to the bit
  EXPECT_FALSE(reader.frame(3));

  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(std::get<RecordedResult>(reader.next().value()).frame, i);
    const auto step = std::get<RecordedStep>(reader.next().value());
    EXPECT_EQ(step.time, 100.6 + 0.1 * i);
    EXPECT_EQ(step.sent, ControlTable::ameca().neutral());
    EXPECT_FALSE(step.captured);
  }
  EXPECT_EQ(std::get<RecordedAction>(reader.next().value()).action, SafetyAction::stop);
  EXPECT_EQ(std::get<RecordedPerson>(reader.next().value()).point, cv::Point2f(0.1f, 0.5f));
  EXPECT_EQ(std::get<RecordedPerson>(reader.next().value()).point, std::nullopt);
  EXPECT_EQ(std::get<RecordedProfile>(reader.next().value()).profile->settings(), ProfileSettings());
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(contents(file_), before);
}

TEST_F(SessionFile, IsOneFileForItsOwnerOnceItIsWhole) {
  write_session(file_);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file_).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(SessionFile, IsNeverWrittenOver) {
  std::ofstream(file_) << "what was there before";
  EXPECT_THROW(SessionWriter(file_, a_header()), InputError);
  EXPECT_THROW(SessionWriter(folder_ / "nowhere/a.vvf", a_header()), InputError);
  EXPECT_EQ(contents(file_), "what was there before");
}

TEST_F(SessionFile, LeavesNothingWhenItCannotBeSetUp) {
  const auto expect_nothing_made = [&](const std::string& complaint) {
    EXPECT_THAT([&] { SessionWriter(file_, a_header()); }, testing::ThrowsMessage<InputError>(HasSubstr(complaint)));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path())) << complaint;
  };
  sqlite3_vfs_register(sqlite3_vfs_find("unix-dotfile"), /*makeDflt=*/1);  // as where no memory can be shared
  expect_nothing_made("shared memory");
  sqlite3_vfs_register(sqlite3_vfs_find("unix"), /*makeDflt=*/1);

  std::signal(SIGXFSZ, SIG_IGN);
  rlimit whole = {};
  getrlimit(RLIMIT_FSIZE, &whole);
  const rlimit small = {.rlim_cur = 1000, .rlim_max = whole.rlim_max};  // bytes: as a disk that is full
  setrlimit(RLIMIT_FSIZE, &small);
  expect_nothing_made("a session.vvf");
  setrlimit(RLIMIT_FSIZE, &whole);
  write_session(file_);
}

TEST_F(SessionFile, CanBeReadWhileItIsWritten) {
  SessionWriter writer(file_, a_header());
  writer.begin();
  writer.add(a_frame(0, {1, 2, 3}));
  writer.commit();
  writer.begin();
  writer.add(a_frame(1, {1, 2, 3}));
  EXPECT_EQ(SessionReader(file_).totals().frames, 1u);  // what is committed
  writer.commit();
  EXPECT_EQ(SessionReader(file_).totals().frames, 2u);
}

TEST_F(SessionFile, CountsWhatIsMissing) {
  write_session(file_);
  tamper(file_, "DELETE FROM steps WHERE event = 2; DELETE FROM frames WHERE number = 1");
  SessionReader reader(file_);
  EXPECT_EQ(reader.totals().missing, 1u);
  EXPECT_FALSE(reader.frame(1));
}

TEST_F(SessionFile, RefusesWhatIsNoSession) {
  expect_refused("no such file");
  std::filesystem::create_directory(file_);
  expect_refused("no such file");
  std::filesystem::remove(file_);
  for (const char* content : {"", "this is no database", "SQLite format 3"}) {
    std::ofstream(file_, std::ios::trunc) << content;
    expect_refused("is none");
  }
  std::ofstream(file_, std::ios::trunc) << "SQLite format 3" << std::string(1, '\0') << std::string(8000, 'x');
  expect_refused("damaged");
}

TEST_F(SessionFile, RefusesAnotherProgramOrVersion) {
  expect_refused_after("PRAGMA application_id = 0", "another program");
  expect_refused_after("PRAGMA user_version = 1", "version 1");
}

TEST_F(SessionFile, OfAnOlderVersionIsStillRead) {
  write_session(file_);
  const auto events = [&] {
    SessionReader reader(file_);
    int count = 0;
    while (reader.next()) ++count;
    return count;
  };
  tamper(file_, "PRAGMA user_version = 3");
  EXPECT_EQ(events(), 8);
  tamper(file_, "DROP TABLE profiles; PRAGMA user_version = 2");
  EXPECT_EQ(events(), 7);
  expect_refused_after("PRAGMA user_version = 2", "other tables");
  expect_refused_after("DROP TABLE profiles; PRAGMA user_version = 3", "fewer tables");
  expect_refused_after("PRAGMA user_version = 5", "version 5");
}

TEST_F(SessionFile, RefusesOtherTables) {
  expect_refused_after("CREATE TABLE more (x)", "other tables");
  expect_refused_after("CREATE TRIGGER t AFTER INSERT ON steps BEGIN SELECT 1; END", "other tables");
  expect_refused_after("DROP TABLE profiles", "fewer tables");
  expect_refused_after("DROP TABLE persons", "other tables");
  expect_refused_after("DROP TABLE actions; CREATE VIEW actions AS SELECT event, time, state AS action FROM steps",
                       "other tables");
  expect_refused_after("ALTER TABLE frames ADD COLUMN more INTEGER", "other tables");
}

TEST_F(SessionFile, RefusesValuesThatNoRecordingHas) {
  expect_refused_after("UPDATE steps SET sent = zeroblob(119)", "not 30 values");
  expect_refused_after("UPDATE steps SET sent = zeroblob(200000)", "not 30 values");
  expect_refused_after("UPDATE results SET controls = CAST(zeroblob(116) || x'0000c07f' AS BLOB)", "not finite");
  expect_refused_after("UPDATE steps SET time = 9e999", "not finite");
  expect_refused_after("UPDATE frames SET arrival = -9e999", "not finite");
  expect_refused_after("UPDATE steps SET time = 100.5 WHERE event = 4", "goes back");
  expect_refused_after("UPDATE actions SET time = -1e300", "goes back");
  expect_refused_after("UPDATE steps SET state = 5", "unknown");
  expect_refused_after("UPDATE results SET status = -1", "unknown");
  expect_refused_after("UPDATE actions SET action = 4", "unknown");
  expect_refused_after("UPDATE results SET frame = -1", "negative");
  expect_refused_after("UPDATE results SET event = 2 WHERE event = 1", "not counted");
  expect_refused_after("UPDATE actions SET event = -5", "not counted");
  expect_refused_after("DELETE FROM session", "in force");
  expect_refused_after("INSERT INTO session SELECT * FROM session", "twice");
  expect_refused_after("UPDATE persons SET x = 1.5", "not in the picture");
  expect_refused_after("UPDATE persons SET x = NULL", "damaged");
  expect_refused_after("UPDATE persons SET frame = -1", "negative");
  expect_refused_after("UPDATE profiles SET frame = -1", "negative");
  expect_refused_after("UPDATE profiles SET profile = 'gian = 1'", "gian");
  expect_refused_after("INSERT INTO reference VALUES (-1, x'00')", "negative");
  expect_refused_after("INSERT INTO reference VALUES (0, x'00')", "is not a reference");
}

TEST_F(SessionFile, RefusesWhatIsCutOff) {
  write_session(file_);
  const std::string whole = contents(file_);
  for (std::size_t size = 0; size < whole.size(); size += 509) {
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
    EXPECT_THROW(SessionReader{file_}, InputError) << size;
  }
}

TEST_F(SessionFile, RefusesAJournalThatNoRecordingLeaves) {
  SessionWriter writer(file_, a_header());
  EXPECT_NO_THROW(SessionReader{file_});
  std::ofstream(file_.string() + "-journal") << "x";
  expect_refused("journal");
}

}  // namespace
}  // namespace vividface
