// What a trained weight file says of the command that made it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "app/program.h"
#include "checkpoint/safetensors.h"
#include "train/bar_set.h"

namespace vividface {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TrainCommand, RecordsWhatCanBeRunAgain) {
  const TemporaryFolder folder;
  write_bar_set(folder / "it's one", 8, 2);
  write_bar_set(folder / "two", 8, 2);
  const std::string out = folder / "a.safetensors";
  Program program({"train",  "mapping",      "--data",  folder / "it's one",
                   "--data", folder / "two", "--out",   out,
                   "--half", "--crop",       "0.1",     "0.1",
                   "0.8",    "--width",      "0.125",   "--input",
                   "32",     "--batch",      "4",       "--epochs",
                   "1",      "--variant",    "adapted", "--seed",
                   "7",      "--jitter",     "0",       "--resume"});
  ASSERT_EQ(program.wait(), 0) << program.err();

  const Safetensors first = Safetensors::read(out);
  const std::string command = first.metadata("command"), name = "vividface ";
  EXPECT_THAT(command, HasSubstr("--variant adapted"));
  EXPECT_THAT(command, HasSubstr("--half"));
  EXPECT_THAT(command, Not(HasSubstr("--half true")));
  EXPECT_THAT(command, Not(HasSubstr("--resume")));

  std::filesystem::remove(out);
  ASSERT_TRUE(command.starts_with(name));
  const std::string again = VIVIDFACE_PROGRAM " " + command.substr(name.size());
  ASSERT_EQ(std::system((again + " >/dev/null 2>&1").c_str()), 0) << command;
  const Safetensors second = Safetensors::read(out);
  EXPECT_EQ(second.metadata(), first.metadata());
  for (const auto& [key, tensor] : first.tensors())
    EXPECT_TRUE(std::ranges::equal(tensor.bytes, second[key].bytes)) << key;
}

TEST(TrainCommand, RefusesACropBeyondThePicture) {
  const TemporaryFolder folder;
  for (const std::vector<std::string>& crop :
       {std::vector<std::string>{"0", "0", "0"}, {"0.5", "0", "0.6"}, {"0", "0.5", "0.6"}}) {
    Program program({"train", "mapping", "--data", folder.path(), "--out", folder / "a.safetensors", "--crop", crop[0],
                     crop[1], crop[2]});
    EXPECT_EQ(program.wait(), 2);
    EXPECT_THAT(program.err(), HasSubstr("--crop"));
  }
}

}  // namespace
}  // namespace vividface
