#include "robot/control_file.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/error.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using ::testing::HasSubstr;

std::filesystem::path temporary(const std::string& name) {
  static const TemporaryFolder folder;
  return folder / name;
}

std::string header() {
  std::string text = "frame,time_s,face";
  for (const ControlSpec& spec : ControlTable::ameca().specs()) text += "," + spec.name;
  return text;
}

std::string row(const std::string& first_control = "0.5", const std::string& frame_and_time = "0,0.0") {
  std::string text = frame_and_time + ",1," + first_control;
  for (std::size_t i = 1; i < kControlCount; ++i) text += ",0.25";
  return text;
}

std::vector<ControlRow> read(const std::string& text) {
  const auto path = temporary("controls.csv");
  std::ofstream(path) << text;
  return read_control_file(path);
}

void expect_rejected(const std::string& text, const std::string& complaint) {
  try {
    read(text);
    FAIL() << "accepted: " << text;
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("controls.csv"));
    EXPECT_THAT(error.what(), HasSubstr(complaint));
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST(ControlFile, TimesDoNotGoBack) {
  const auto two = [](const char* first, const char* second) {
    return header() + "\n" + row("0.5", first) + "\n" + row("0.5", second) + "\n";
  };
  EXPECT_EQ(read(two("3,0.1", "7,0.1")).size(), 2u);
  EXPECT_EQ(read(two("3,0.1", "3,0.2")).size(), 2u)
      << "a replay's rows are what was sent, which may be a frame's twice";
  EXPECT_EQ(read(two("3,0.1", "0,0.2")).size(), 2u) << "another camera counts its frames anew";
  expect_rejected(two("3,0.1", "4,0.05"), ":3, column \"time_s\": goes back");
}

TEST(ControlFile, ReadsBackToTheBitWhatWasWritten) {
  const auto path = temporary("round_trip.csv");
  std::vector<ControlRow> rows(3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].frame = i;
    rows[i].time_s = static_cast<double>(i) / 30;
    rows[i].face = i != 1;
    for (std::size_t c = 0; c < kControlCount; ++c)
      rows[i].controls[c] = static_cast<float>(c + 1) / static_cast<float>(i + 7);
  }
  ControlFileWriter writer(path);
  for (const ControlRow& r : rows) writer.write(r);
  EXPECT_FALSE(std::filesystem::exists(path));
  writer.close();
  const auto back = read_control_file(path);
  ASSERT_EQ(back.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(back[i].frame, rows[i].frame);
    EXPECT_EQ(back[i].time_s, rows[i].time_s);
    EXPECT_EQ(back[i].face, rows[i].face);
    EXPECT_EQ(back[i].controls, rows[i].controls);
  }
  std::filesystem::remove(path);
}

TEST(ControlFile, AnUnfinishedWriterLeavesNothingBehind) {
  const auto folder = temporary("unfinished");
  std::filesystem::create_directories(folder);
  { ControlFileWriter writer(folder / "f.csv"); }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_THROW(ControlFileWriter(folder / "no" / "f.csv"), InputError);
}

TEST(ControlFile, AcceptsWindowsLinesBlanksAndOtherColumns) {
  const auto rows = read("note, " + header() + "\r\nhello, " + row(" 0.75 ") + "\r\n\r\n");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_FLOAT_EQ(rows[0].controls[0], 0.75f);
}

TEST(ControlFile, AcceptsTheByteOrderMarkOfSpreadsheets) {
  EXPECT_EQ(read("\xEF\xBB\xBF" + header() + "\n" + row() + "\n").size(), 1u);
}

TEST(ControlFile, NamesFileLineAndColumnOfWhatIsWrong) {
  EXPECT_THROW(read_control_file("no/such/file.csv"), InputError);
  expect_rejected("", "empty");
  std::string missing = header();
  missing.erase(missing.find(",Jaw Pitch"), std::string(",Jaw Pitch").size());
  expect_rejected(missing + "\n", "column \"Jaw Pitch\" is missing");
  expect_rejected(header() + ",Jaw Yaw\n", "\"Jaw Yaw\" comes twice");
  expect_rejected(header() + "\n" + row() + "\n" + row("nan") + "\n", "controls.csv:3, column \"Brow Inner Left\"");
  for (const char* bad : {"inf", "", "0.5x", "1e99999", "1e300", "--1"}) {
    expect_rejected(header() + "\n" + row(bad) + "\n", "controls.csv:2, column \"Brow Inner Left\"");
  }
  expect_rejected(header() + "\n1,2,1\n", "controls.csv:2: has 3 values, expected 33");
  expect_rejected(header() + "\n" + row() + ",1\n", "controls.csv:2: has 34 values");
  expect_rejected(header() + "\n-1" + row().substr(1) + "\n", "\"frame\"");
  expect_rejected(std::string(1000, '\0'), "missing");
  std::string semicolons = header();
  std::ranges::replace(semicolons, ',', ';');
  expect_rejected(semicolons + "\n", "semicolons");
}

TEST(ControlFile, AFileWithoutRowsIsEmpty) { EXPECT_TRUE(read(header() + "\n").empty()); }

}  // namespace
}  // namespace vividface
