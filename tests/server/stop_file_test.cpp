// An emergency stop that outlasts the process, as a file.
#include "server/stop_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

/// The part of a service that a stop file looks at.
HttpActions robot(bool& stopped) {
  HttpActions actions;
  actions.state = [&] { return stopped ? "stopped" : "shadowing"; };
  actions.stop = [&] { stopped = true; };
  actions.release = [&] { stopped = false; };
  return actions;
}

TEST(StopFile, IsThereFromAStopToItsRelease) {
  const TemporaryFolder folder;
  StopFile file(folder / "stopped");
  bool stopped = false;
  const HttpActions actions = file.kept_by(robot(stopped));
  EXPECT_FALSE(file.is_there());
  for (int i = 0; i < 2; ++i) {
    actions.stop();
    EXPECT_TRUE(stopped);
    EXPECT_TRUE(StopFile(folder / "stopped").is_there());  // another process sees it
  }
  for (int i = 0; i < 2; ++i) {
    actions.release();
    EXPECT_FALSE(stopped);
    EXPECT_FALSE(file.is_there());
  }
}

TEST(StopFile, StaysWhereAReleaseDoesNotCount) {
  const TemporaryFolder folder;
  StopFile file(folder / "stopped");
  bool stopped = false;
  HttpActions actions = robot(stopped);
  actions.release = [] {};
  actions = file.kept_by(actions);
  actions.stop();
  actions.release();
  EXPECT_TRUE(file.is_there());
}

TEST(StopFile, AStopHoldsWhereItsFileCannotBeMade) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "gone");
  StopFile file(folder / "gone/stopped");
  std::filesystem::remove(folder / "gone");
  bool stopped = false;
  file.kept_by(robot(stopped)).stop();
  EXPECT_TRUE(stopped);
  EXPECT_FALSE(file.is_there());
}

TEST(StopFile, RefusesWhereNoneCanBe) {
  const TemporaryFolder folder;
  EXPECT_THROW(StopFile(folder / "nowhere/stopped"), InputError);
  EXPECT_THROW(StopFile{folder.path()}, InputError);
  std::ofstream(folder / "file") << "x";
  EXPECT_THROW(StopFile(folder / "file/stopped"), InputError);
}

}  // namespace
}  // namespace vividface
