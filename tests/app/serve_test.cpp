// 'serve' as a whole program: wrong usage, a clip as the source, and its end by a signal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "app/clips.h"
#include "app/program.h"
#include "app/random_network.h"

namespace vividface {
namespace {

using testing::HasSubstr;
using testing::Not;

class ServeProgram : public testing::Test {
 protected:
  ServeProgram() {
    write_random_network(folder_ / "mapping_mesh.safetensors");
    setenv("XDG_CONFIG_HOME", (folder_ / "config").c_str(), 1);  // where a certificate is made
  }

  /// On free ports, with the models of this test, unless `more` says otherwise.
  std::vector<std::string> serve(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"serve"};
    for (const auto& [option, value] : {std::pair<std::string, std::string>{"--models", folder_.path()},
                                        {"--port", "0"},
                                        {"--zmq", "tcp://127.0.0.1:*"}}) {
      if (std::find(more.begin(), more.end(), option) == more.end()) arguments.insert(arguments.end(), {option, value});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  void expect_rejected(const std::vector<std::string>& more, const std::string& thing) const {
    Program program(serve(more));
    EXPECT_EQ(program.wait(), 2);
    const std::string error = program.err();
    EXPECT_THAT(error, HasSubstr(thing));
    EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 1) << error;
    EXPECT_EQ(program.out(), "");
  }

  TemporaryFolder folder_;
};

TEST_F(ServeProgram, RejectsWrongUsage) {
  const std::string config = folder_ / "wrong.toml";
  std::ofstream(config) << "prot = 5000\n";
  expect_rejected({"--config", config}, "prot");
  expect_rejected({"--config", "missing.toml"}, "missing.toml");
  expect_rejected({"--port", "70000"}, "70000");
  expect_rejected({"--port", "many"}, "many");
  expect_rejected({"--bind", "0.0.0.0"}, "--token-file");
  expect_rejected({"--token-file", "missing.token"}, "missing.token");
  expect_rejected({"--local-token"}, "--token-file");
  expect_rejected({"--tls-cert", "x.pem"}, "--tls-key");
  expect_rejected({"--tls-cert", config, "--tls-key", config}, "wrong.toml");
  expect_rejected({"--bind", "nowhere"}, "nowhere");
  expect_rejected({"--bind", "192.0.2.1", "--allow-anonymous-stream"}, "192.0.2.1");
  expect_rejected({"--zmq", "nonsense"}, "nonsense");
  expect_rejected({"--zmq-json", "tcp://127.0.0.1:99999"}, "99999");
  expect_rejected({"--camera", "77"}, "camera:77");
  expect_rejected({"--replay", "missing.mp4"}, "missing.mp4");
  expect_rejected({"--camera", "0", "--replay", "x.mp4"}, "one source");
  expect_rejected({"--neutral", "missing.neutral"}, "missing.neutral");
  expect_rejected({"--safety", config}, "wrong.toml");
  expect_rejected({"--models", "nowhere"}, "nowhere");
}

TEST_F(ServeProgram, ServesTwoPerformersAndRefusesMoreThanItMay) {
  write_clip(folder_ / "clip.mp4", 10, [](int i) { return frame_with_face_at(100 + 4 * i); });
  const std::string config = folder_ / "both.toml";
  for (const char* name : {"anna", "ben"}) {
    std::ofstream(config, std::ios::app) << "[[session]]\nname = '" << name
                                         << "'\nzmq = 'tcp://127.0.0.1:*'\nreplay = '"
                                         << (folder_ / "clip.mp4").string() << "'\nrecord = '"
                                         << (folder_ / name).string() << ".vvf'\n";
  }
  const std::vector<std::string> arguments = {"serve", "--models", folder_.path(), "--port", "0", "--config", config};
  const auto with_limit = [&](const char* limit) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--max-sessions", limit});
    return all;
  };
  Program refused(with_limit("1"));
  EXPECT_EQ(refused.wait(), 2);
  EXPECT_THAT(refused.err(), HasSubstr("2 sessions: at most 1"));

  Program program(with_limit("2"));
  EXPECT_EQ(program.wait(), 0) << program.err();
  EXPECT_THAT(program.out(), HasSubstr("/s/anna, controls on tcp://127.0.0.1:"));
  EXPECT_THAT(program.out(), HasSubstr("2 of at most 2 sessions"));
  EXPECT_THAT(program.out(), HasSubstr("ben: 10 frames"));
  for (const char* name : {"anna", "ben"}) {
    Program replay({"replay", folder_ / (std::string(name) + ".vvf")});
    EXPECT_EQ(replay.wait(), 0) << replay.out() << replay.err();
  }
}

TEST_F(ServeProgram, ReplaysAClipAndEnds) {
  write_clip(folder_ / "clip.mp4", 10, [](int i) { return frame_with_face_at(100 + 4 * i); });
  Program program(serve({"--replay", folder_ / "clip.mp4", "--zmq-json", "tcp://127.0.0.1:*"}));
  EXPECT_EQ(program.wait(), 0) << program.err();
  EXPECT_THAT(program.out(), HasSubstr("serving on http://127.0.0.1:"));
  EXPECT_THAT(program.out(), HasSubstr(", as JSON on tcp://127.0.0.1:"));
  EXPECT_THAT(program.out(), HasSubstr("shadowed"));
}

TEST_F(ServeProgram, AnOptionWinsOverTheFileAndASignalEndsIt) {
  const std::string config = folder_ / "serve.toml";
  std::ofstream(config) << "port = 1\nbind = '127.0.0.2'\n";
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    Program program(serve({"--config", config}));
    for (int i = 0; i < 3000 && program.out().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_THAT(program.out(), HasSubstr("serving on http://127.0.0.2:"));
    program.signal(number);
    EXPECT_EQ(program.wait(), 0) << program.err();
    EXPECT_THAT(program.out(), HasSubstr("0 frames"));
  }
}

/// A terminal with the test at its keyboard.
class Keyboard {
 public:
  Keyboard() { EXPECT_EQ(openpty(&keys_, &terminal_, nullptr, nullptr, nullptr), 0); }
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;
  ~Keyboard() { close(keys_), close(terminal_); }

  int terminal() const { return terminal_; }
  void press(char key) const { EXPECT_EQ(write(keys_, &key, 1), 1); }
  bool echoes() const {
    termios settings = {};
    tcgetattr(terminal_, &settings);
    return (settings.c_lflag & ECHO) != 0;
  }

 private:
  int keys_ = -1, terminal_ = -1;
};

void wait_for_line(const Program& program, const std::string& line) {
  const auto said = [&] { return (program.out() + program.err()).find(line) != std::string::npos; };
  for (int i = 0; i < 3000 && !said(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(said()) << line << " is not in " << program.out() << program.err();
}

TEST_F(ServeProgram, AKeyStopsReleasesAndEnds) {
  const Keyboard keyboard;
  Program program(serve({}), keyboard.terminal());
  wait_for_line(program, "q: end");
  keyboard.press('x');
  keyboard.press(' ');
  wait_for_line(program, "emergency stop");
  keyboard.press('r');
  wait_for_line(program, "warning: released");
  EXPECT_FALSE(keyboard.echoes());
  keyboard.press('q');
  EXPECT_EQ(program.wait(), 0) << program.err();
  EXPECT_TRUE(keyboard.echoes());
}

TEST_F(ServeProgram, ASignalStopsAndDoesNotRelease) {
  Program program(serve({}));
  wait_for_line(program, "serving on");
  EXPECT_THAT(program.out(), Not(HasSubstr("q: end")));
  for (int i = 0; i < 3; ++i) program.signal(SIGUSR1);
  wait_for_line(program, "emergency stop");
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0) << program.err();
  EXPECT_THAT(program.err(), Not(HasSubstr("warning: released")));
  EXPECT_THAT(program.out(), HasSubstr("ended stopped"));
}

TEST_F(ServeProgram, AStopOutlastsARestartUntilItIsReleased) {
  const std::string file = folder_ / "stopped";
  {
    Program program(serve({"--stop-file", file}));
    wait_for_line(program, "serving on");
    EXPECT_FALSE(std::filesystem::exists(file));
    program.signal(SIGUSR1);
    for (int i = 0; i < 3000 && !std::filesystem::exists(file); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait(), 1000 + SIGKILL);
  }
  const Keyboard keyboard;
  Program program(serve({"--stop-file", file}), keyboard.terminal());
  wait_for_line(program, "q: end");
  EXPECT_THAT(program.out(), HasSubstr("stopped, as \"" + file));
  keyboard.press('r');
  wait_for_line(program, "warning: released");
  keyboard.press('q');
  EXPECT_EQ(program.wait(), 0) << program.err();
  EXPECT_FALSE(std::filesystem::exists(file));
  expect_rejected({"--stop-file", folder_ / "nowhere/stopped"}, "nowhere");
}

TEST_F(ServeProgram, AKeyPairIsMadeAndServedWith) {
  const std::string file = folder_ / "robot.key";
  Program maker({"curve-key", file});
  EXPECT_EQ(maker.wait(), 0) << maker.err();
  EXPECT_EQ(maker.out().size(), 41u);
  EXPECT_THAT(read_text(file), HasSubstr(maker.out().substr(0, 40)));
  Program again({"curve-key", file});
  EXPECT_EQ(again.wait(), 2);

  Program program(serve({"--zmq-curve-key", file}));
  wait_for_line(program, "serving on");
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0) << program.err();
  expect_rejected({"--zmq-curve-key", "missing.key"}, "missing.key");
}

}  // namespace
}  // namespace vividface
