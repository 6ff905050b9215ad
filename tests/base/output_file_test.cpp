#include "base/output_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <vector>

#include "base/error.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using testing::HasSubstr;

void write_text(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

std::string error_of(const std::filesystem::path& path) {
  try {
    OutputFile file(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(OutputFile, AppearsOnlyWhenCommitted) {
  TemporaryFolder folder;
  OutputFile file(folder / "a.mp4");
  EXPECT_EQ(file.partial().extension(), ".mp4");
  EXPECT_EQ(file.partial().parent_path(), folder.path());
  write_text(file.partial(), "whole");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.mp4"));
  file.commit();
  EXPECT_EQ(read_text(folder / "a.mp4"), "whole");
  EXPECT_EQ(files_in(folder.path()), 1u);
}

TEST(OutputFile, LeavesNothingWhenNotCommitted) {
  TemporaryFolder folder;
  write_text(folder / "a.csv", "old");
  {
    OutputFile file(folder / "a.csv");
    write_text(file.partial(), "half");
  }
  EXPECT_EQ(read_text(folder / "a.csv"), "old");
  EXPECT_EQ(files_in(folder.path()), 1u);
}

TEST(OutputFile, ReplacesAFileAndKeepsALink) {
  TemporaryFolder folder;
  write_text(folder / "target.csv", "old");
  std::filesystem::create_symlink("target.csv", folder / "link.csv");
  OutputFile file(folder / "link.csv");
  write_text(file.partial(), "new");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.csv"));
  EXPECT_EQ(read_text(folder / "target.csv"), "new");
}

TEST(OutputFile, TwoOfOneNameDoNotMix) {
  TemporaryFolder folder;
  OutputFile a(folder / "a.csv"), b(folder / "a.csv");
  write_text(a.partial(), "a");
  write_text(b.partial(), "b");
  a.commit();
  EXPECT_EQ(read_text(folder / "a.csv"), "a");
  b.commit();
  EXPECT_EQ(read_text(folder / "a.csv"), "b");
}

TEST(OutputFile, RejectsWhatCannotBeWrittenBeforeAnyWork) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder / "taken.mp4");
  EXPECT_THAT(error_of(folder / "missing/a.mp4"), HasSubstr("no folder"));
  EXPECT_THAT(error_of(folder / "taken.mp4"), HasSubstr("not a file"));
  EXPECT_THAT(error_of("/dev/null"), HasSubstr("not a file"));
  EXPECT_THAT(error_of(""), HasSubstr("name of a file"));
  EXPECT_THAT(error_of(folder / (std::string(300, 'x') + ".mp4")), HasSubstr("cannot be written"));
  if (geteuid() != 0) {
    std::filesystem::permissions(folder.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_THAT(error_of(folder / "a.mp4"), HasSubstr("cannot be written"));
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  }
}

TEST(OutputFile, SaysWhenTheNameCannotBeGiven) {
  TemporaryFolder folder;
  OutputFile file(folder / "a.mp4");
  std::filesystem::remove(file.partial());
  EXPECT_THROW(file.commit(), std::runtime_error);
}

}  // namespace
}  // namespace vividface
