// Who is kept by name: files for their owner alone, and nothing but files of people.
#include "server/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "server/grey_engine.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using std::filesystem::perms;
using testing::ElementsAre;

class PeopleTest : public testing::Test {
 protected:
  static Reference somebody(float shut) {
    const cv::Mat picture(16, 16, CV_8UC3, cv::Scalar::all(77));
    return {
        .picture = picture, .face = grey_engine().track(picture).value(), .lids = {.shut = {{shut, shut}}, .wide = {}}};
  }
  static void expect_refused(const std::function<void()>& act, const std::string& complaint) {
    EXPECT_THAT(act, testing::ThrowsMessage<InputError>(testing::HasSubstr(complaint)));
  }

  const TemporaryFolder folder_;
  const std::filesystem::path people_ = folder_ / "people";
};

TEST_F(PeopleTest, AreKeptOverARestart) {
  {
    const People people(people_);
    EXPECT_TRUE(people.has_folder());
    people.keep("ben", somebody(0.1f));
    people.keep("Anna-2", somebody(0.2f));
    people.keep("ben", somebody(0.3f));
  }
  const People people(people_);
  EXPECT_THAT(people.names(), ElementsAre("Anna-2", "ben"));
  EXPECT_EQ(people.load("ben").lids.shut, (EyelidEndpoints::PerEye{0.3f, 0.3f}));
  people.forget("ben");
  EXPECT_THAT(people.names(), ElementsAre("Anna-2"));
  expect_refused([&] { people.load("ben"); }, "nobody of the name \"ben\"");
  expect_refused([&] { people.forget("ben"); }, "nobody");
}

TEST_F(PeopleTest, AreForTheirOwnerAlone) {
  const People people(people_);
  people.keep("anna", somebody(0.1f));
  EXPECT_EQ(std::filesystem::status(people_).permissions(), perms::owner_all);
  EXPECT_EQ(std::filesystem::status(people_ / "anna.person").permissions(), perms::owner_read | perms::owner_write);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(people_), {}), 1) << "and nothing beside it";
}

TEST_F(PeopleTest, ANameIsNoPath) {
  const People people(people_);
  for (const char* name : {"", ".", "..", "../anna", "a/b", "/etc/passwd", "anna.person", "a b", "\xc3\xa4", "%2e%2e",
                           "a23456789012345678901234567890123"}) {
    EXPECT_FALSE(is_person_name(name)) << name;
    expect_refused([&] { people.keep(name, somebody(0)); }, "1 to 32 letters");
    expect_refused([&] { people.load(name); }, "1 to 32 letters");
    expect_refused([&] { people.forget(name); }, "1 to 32 letters");
  }
  EXPECT_TRUE(people.names().empty());
}

TEST_F(PeopleTest, OtherFilesAreNobody) {
  const People people(people_);
  std::ofstream(people_ / "notes.txt") << "x";
  std::ofstream(people_ / "bad name.person") << "x";
  std::filesystem::create_directory(people_ / "folder.person");
  std::ofstream(folder_ / "elsewhere.person") << "what was there";
  std::filesystem::create_symlink(folder_ / "elsewhere.person", people_ / "link.person");
  EXPECT_TRUE(people.names().empty());
  for (const char* name : {"folder", "link"}) {
    expect_refused([&] { people.load(name); }, "nobody");
    expect_refused([&] { people.forget(name); }, "nobody");
    expect_refused([&] { people.keep(name, somebody(0)); }, "is no file");
  }
  EXPECT_TRUE(std::filesystem::is_symlink(people_ / "link.person"));
  EXPECT_EQ(std::filesystem::file_size(folder_ / "elsewhere.person"), 14u);
}

TEST_F(PeopleTest, AFileIsCheckedBeforeItIsUsed) {
  const People people(people_);
  std::ofstream(people_ / "garbage.person") << "garbage";
  std::ofstream(people_ / "huge.person") << "x";
  std::filesystem::resize_file(people_ / "huge.person", People::kLargestFile + 1);
  EXPECT_THAT(people.names(), ElementsAre("garbage", "huge"));
  expect_refused([&] { people.load("garbage"); }, "is not a reference");
  expect_refused([&] { people.load("huge"); }, "too large");
}

TEST_F(PeopleTest, WithoutAFolderNobodyIsKept) {
  const People people({});
  EXPECT_FALSE(people.has_folder());
  EXPECT_TRUE(people.names().empty());
  expect_refused([&] { people.keep("anna", somebody(0)); }, "--people");
  std::ofstream(folder_ / "file") << "x";
  expect_refused([&] { People{folder_ / "file"}; }, "--people");
}

}  // namespace
}  // namespace vividface
