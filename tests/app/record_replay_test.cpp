// 'serve --record' and 'replay' as whole programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "app/clips.h"
#include "app/program.h"
#include "app/random_network.h"
#include "camera/frame_source.h"
#include "record/session_reader.h"
#include "robot/control_file.h"

namespace vividface {
namespace {

using testing::HasSubstr;

double monotonic_seconds() { return std::chrono::duration<double>(Clock::now().time_since_epoch()).count(); }

class RecordAndReplay : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new TemporaryFolder;
    write_random_network(*shared_ / "mapping_mesh.safetensors");
    write_clip(clip(), 12, [](int i) { return frame_with_face_at(100 + 4 * i); });
    Program program(serve(recording(), clip()));
    ASSERT_EQ(program.wait(), 0) << program.err();
    EXPECT_THAT(program.out(), HasSubstr("recorded 12 frames"));
  }
  static void TearDownTestSuite() { delete shared_; }

  static std::string clip() { return *shared_ / "clip.mp4"; }
  static std::string recording() { return *shared_ / "session.vvf"; }
  static std::vector<std::string> serve(const std::string& session, const std::string& input) {
    return {"serve",    "--models", shared_->path(), "--port", "0", "--zmq", "tcp://127.0.0.1:*",
            "--replay", input,      "--record",      session};
  }

  void expect_rejected(const std::vector<std::string>& arguments, const std::string& thing) const {
    Program program(arguments);
    EXPECT_EQ(program.wait(), 2) << program.err();
    const std::string error = program.err();
    EXPECT_THAT(error, HasSubstr(thing));
    EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 1) << error;
    EXPECT_EQ(program.out(), "");
  }

  static inline TemporaryFolder* shared_ = nullptr;
  TemporaryFolder folder_;
};

TEST_F(RecordAndReplay, GivesTheSameValuesAVideoAndAControlFile) {
  const std::string video = folder_ / "out.mp4", controls = folder_ / "out.csv";
  Program program({"replay", recording(), "--out", video, "--controls", controls});
  EXPECT_EQ(program.wait(), 0) << program.out() << program.err();
  EXPECT_THAT(program.out(), HasSubstr("the same control values, to the bit"));
  EXPECT_THAT(program.err(), HasSubstr("100 %"));

  const SessionReader session(recording());
  const std::vector<ControlRow> rows = read_control_file(controls);
  EXPECT_EQ(rows.size(), session.totals().steps);
  EXPECT_EQ(rows.back().controls, ControlTable::ameca().neutral());
  const auto source = open_frame_source(video);
  int frames = 0;
  while (source->next()) ++frames;
  EXPECT_NEAR(frames, 30 * rows.back().time_s, 2);
}

TEST_F(RecordAndReplay, EndsWithOneAndATableWhenAValueDiffers) {
  write_random_network(folder_ / "mapping_mesh.safetensors", /*seed=*/2);
  Program program({"replay", recording(), "--models", folder_.path()});
  EXPECT_EQ(program.wait(), 1);
  EXPECT_THAT(program.out(), HasSubstr("first difference"));
  EXPECT_THAT(program.out(), HasSubstr("Jaw Pitch"));
  EXPECT_THAT(program.err(), HasSubstr("differ"));
}

TEST_F(RecordAndReplay, AKillTakesNoMoreThanTheLastSecond) {
  const std::string input = folder_ / "long.mp4";
  write_clip(input, 250, [](int i) { return frame_with_face_at(100 + i % 40); });
  double lost = 1e9;
  for (int attempt = 0; attempt < 3 && lost > 1; ++attempt) {  // the disk of a test machine may be busy for a second
    const std::string session = folder_ / (std::to_string(attempt) + ".vvf");
    Program program(serve(session, input));
    for (int i = 0; i < 3000 && program.out().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::this_thread::sleep_for(std::chrono::seconds(2));
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait(), 1000 + SIGKILL);
    const double killed = monotonic_seconds();

    SessionReader reader(session);
    EXPECT_GT(reader.totals().frames, 0u);
    EXPECT_EQ(reader.totals().missing, 0u);
    double last = 0;
    while (const auto event = reader.next()) {
      if (const auto* step = std::get_if<RecordedStep>(&*event)) last = step->time;
    }
    EXPECT_LE(last, killed);
    lost = killed - last;
    Program replay({"replay", session});
    EXPECT_EQ(replay.wait(), 0) << replay.out() << replay.err();
  }
  EXPECT_LE(lost, 1);
}

TEST_F(RecordAndReplay, RejectsWhatIsWrong) {
  expect_rejected(serve(recording(), clip()), "File exists");
  expect_rejected(serve(folder_ / "nowhere/a.vvf", clip()), "nowhere");
  expect_rejected({"replay"}, "SESSION");
  expect_rejected({"replay", folder_ / "missing.vvf"}, "missing.vvf");
  expect_rejected({"replay", clip()}, "clip.mp4");
  expect_rejected({"replay", recording(), "--models", folder_ / "nowhere"}, "nowhere");
  expect_rejected({"replay", recording(), "--out", folder_ / "a.txt"}, "a.txt");
  expect_rejected({"replay", recording(), "--controls", recording()}, "session.vvf");
  const std::string asleep = folder_ / "asleep.vvf";
  std::filesystem::copy_file(recording(), asleep);
  SqliteDatabase(asleep, SQLITE_OPEN_READWRITE)
      .run("UPDATE steps SET time = 1e9 WHERE event = (SELECT max(event) FROM steps)");
  expect_rejected({"replay", asleep, "--out", folder_ / "a.mp4"}, "a pause of");
  const std::string cut = folder_ / "cut.vvf";
  std::ofstream(cut, std::ios::binary) << read_text(recording()).substr(0, 20'000);
  expect_rejected({"replay", cut}, "cut.vvf");
  std::vector<std::string> taken_address = serve(folder_ / "new.vvf", clip());
  taken_address.insert(taken_address.end(), {"--bind", "192.0.2.1", "--allow-anonymous-stream"});
  expect_rejected(taken_address, "192.0.2.1");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new.vvf"));
}

}  // namespace
}  // namespace vividface
