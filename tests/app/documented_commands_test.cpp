// Every command that the documents and the program's own help show is there, with every option that they show. Those
// that take seconds are run as they stand, in a folder that has the files they name.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "app/clips.h"
#include "app/program.h"
#include "app/random_network.h"
#include "liveportrait/small_models.h"

namespace vividface {
namespace {

using Words = std::vector<std::string>;
namespace fs = std::filesystem;

const fs::path kSource = fs::path(VIVIDFACE_TEST_DATA).parent_path().parent_path();

Words words_of(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

/// The arguments of each line of `text` that is a call of the program: indented, or in a block of code.
std::vector<Words> commands_in(const std::string& text) {
  std::vector<Words> found;
  std::istringstream in(std::regex_replace(text, std::regex(R"(\\\n\s*)"), " "));  // joins lines that go on
  for (std::string line; std::getline(in, line);) {
    static const std::regex call(R"(^(?: {2,}|\$ |Example: )(?:build/release/)?vividface ([a-z][^#|>]*).*)");
    std::smatch match;
    if (std::regex_match(line, match, call)) found.push_back(words_of(match[1]));
  }
  return found;
}

std::string help(const Words& command) {
  Words arguments = command;
  arguments.push_back("--help");
  Program program(arguments);
  EXPECT_EQ(program.wait(), 0) << program.err();
  return program.out();
}

std::vector<Words> documented() {
  std::string text = read_text(kSource / "README.md") + read_text(kSource / "CONTRIBUTING.md");
  for (const auto& entry : fs::directory_iterator(kSource / "docs")) {
    if (entry.path().extension() == ".md") text += read_text(entry.path());
  }
  return commands_in(text);
}

/// "dataset render --out x" → "dataset", "render"
Words subcommands(const Words& command) {
  Words names;
  for (const std::string& word : command) {
    if (!std::regex_match(word, std::regex("[a-z-]*[a-z]")) || names.size() == 2) break;
    names.push_back(word);
  }
  if (names.size() == 2 && (names[0] == "shadow" || names[0] == "render" || names[0] == "serve" ||
                            names[0] == "replay" || names[0] == "transfer"))
    names.pop_back();
  return names;
}

void expect_known(const Words& command) {
  const std::string known = help(subcommands(command));
  for (const std::string& word : command) {
    if (!word.starts_with("--")) continue;
    EXPECT_THAT(known, testing::HasSubstr(word.substr(0, word.find('=')))) << testing::PrintToString(command);
  }
}

TEST(DocumentedCommands, AreFoundInText) {
  EXPECT_THAT(commands_in("vividface is a program\n    build/release/vividface shadow a.mp4 \\\n  --report b  # c\n"),
              testing::ElementsAre(testing::ElementsAre("shadow", "a.mp4", "--report", "b")));
}

TEST(DocumentedCommands, OfTheDocumentsAreThere) {
  const std::vector<Words> commands = documented();
  EXPECT_GE(commands.size(), 3u);
  for (const Words& command : commands) expect_known(command);
}

TEST(DocumentedCommands, OfTheHelpAreThere) {
  for (const Words& command : {Words{"shadow"},
                               {"serve"},
                               {"replay"},
                               {"curve-key"},
                               {"render"},
                               {"bench"},
                               {"dataset", "render"},
                               {"dataset", "animate"},
                               {"dataset", "pose-bias"},
                               {"evaluate", "imitation"},
                               {"evaluate", "mapping"},
                               {"evaluate", "performers"},
                               {"evaluate", "sides"},
                               {"evaluate", "stillness"},
                               {"train", "mapping"},
                               {"transfer"},
                               {"inspect"}}) {
    const std::vector<Words> examples = commands_in(help(command));
    EXPECT_GE(examples.size(), 1u) << testing::PrintToString(command);
    for (const Words& example : examples) expect_known(example);
  }
}

/// Runs commands in a folder that has the files they name.
class DocumentedCommandsThatRun : public testing::Test {
 protected:
  DocumentedCommandsThatRun() {
    for (const char* name : {"models", "assets", "out"}) fs::create_directory(folder_ / name);
    write_random_network(folder_ / "models/mapping_mesh.safetensors");
    write_small_models(folder_ / "liveportrait");
    for (const char* name : {"clip.mp4", "assets/demo.mp4"}) {
      write_clip(folder_ / name, 5, [](int i) { return frame_with_face_at(100 + 4 * i); });
    }
    fs::copy(kSource / "assets/robot_neutral.png", folder_ / "assets");
    fs::create_directory(folder_ / "config");
    fs::copy(kSource / "config/profiles", folder_ / "config/profiles");
    fs::current_path(folder_.path());
    setenv("VIVIDFACE_HOME", folder_.path().c_str(), 1);  // what is not there is looked for in the source tree
  }
  ~DocumentedCommandsThatRun() override {
    unsetenv("VIVIDFACE_HOME");
    fs::current_path(before_);
  }

  static void expect_runs(const Words& command) {
    const bool camera = command.size() > 1 && command[1].starts_with("camera:");
    Program program(command);
    EXPECT_EQ(program.wait(), camera ? 2 : 0) << testing::PrintToString(command) << program.err();
  }

 private:
  TemporaryFolder folder_;
  fs::path before_ = fs::current_path();
};

TEST_F(DocumentedCommandsThatRun, OfShadowAndRender) {
  std::vector<Words> commands = documented();
  for (const Words& example : commands_in(help({"shadow"}))) commands.push_back(example);
  int run = 0;
  for (const Words& command : commands) {
    if (command[0] != "shadow" && command[0] != "render") continue;
    expect_runs(command);
    ++run;
  }
  EXPECT_GE(run, 5);
}

TEST_F(DocumentedCommandsThatRun, OfStillFacesAndOneSidedActs) {
  int run = 0;
  for (const char* name : {"stillness", "sides"}) {
    for (const Words& command : commands_in(help({"evaluate", name}))) {
      // All people in all scenes take a minute.
      if (command[1] == "sides" && std::ranges::find(command, "--identities") == command.end()) continue;
      expect_runs(command);
      ++run;
    }
  }
  EXPECT_GE(run, 3);
}

}  // namespace
}  // namespace vividface
