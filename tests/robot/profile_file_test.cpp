// Profiles as text.
#include "robot/profile_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.h"
#include "base/resources.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using testing::HasSubstr;

std::size_t at(std::string_view name) { return ControlTable::ameca().index_of(name).value(); }

void expect_refused(const std::string& toml, const std::string& complaint) {
  try {
    profile_of_toml(toml, "it.toml");
    FAIL() << "taken: " << toml;
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr(complaint));
    EXPECT_THAT(error.what(), HasSubstr("it.toml"));
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST(ProfileFile, SaysWhatDiffersFromNothing) {
  EXPECT_EQ(profile_of_toml("", "it.toml").settings(), ProfileSettings());
  const ProfileSettings settings = profile_of_toml(R"(
name = "mine"          # a comment
[regions.lips]
gain = 1.5
[regions.head]
mute = true
[controls."Lip Top Curl"]
gain = 2               # over its region's
max = 0.75
)",
                                                   "it.toml")
                                       .settings();
  EXPECT_EQ(settings.name, "mine");
  EXPECT_EQ(settings.controls[at("Lip Corner Raise Left")].gain, 1.5f);
  EXPECT_EQ(settings.controls[at("Lip Top Curl")].gain, 2);
  EXPECT_EQ(settings.controls[at("Lip Top Curl")].max, 0.75f);
  EXPECT_TRUE(settings.controls[at("Neck Roll")].mute);
  EXPECT_EQ(settings.controls[at("Jaw Pitch")], ProfileSettings().controls[at("Jaw Pitch")]);
}

TEST(ProfileFile, ReadsBackWhatItSays) {
  ProfileSettings settings;
  settings.name = "a \"name\"\\ with a tab\t, an ü and a \x7f";
  settings.mirror = true;
  settings.controls[at("Jaw Pitch")] = {.gain = 1.0f / 3, .curve = 0.7f, .offset = -0.1f, .min = 0.55f, .max = 0.9f};
  settings.controls[at("Gaze Target Phi")].mirror = true;
  settings.controls[at("Eyelid Upper Left")].mute = true;
  EXPECT_EQ(profile_of_toml(to_toml(settings), "it.toml").settings(), settings);
  EXPECT_EQ(profile_of_json(to_json(settings), "it").settings(), settings);
  EXPECT_THAT(to_json(settings), HasSubstr(R"("curve":0.7,)"));
}

TEST(ProfileFile, RefusesWhatIsNotThereOrWrong) {
  expect_refused("gian = 1", "\"gian\"");
  expect_refused("mirror = 1", "mirror must be true or false");
  expect_refused("name = 1", "name must be a text");
  expect_refused("regions = 1", "\"regions\"");
  expect_refused("[regions.hair]\ngain = 1", "no region \"hair\"");
  expect_refused("[regions.lips]\nmax = 1", "no \"max\" of region lips");  // controls have units of their own
  expect_refused("[controls.Jaw]\ngain = 1", "no control \"Jaw\"");
  expect_refused("[controls.\"Jaw Pitch\"]\ngain = '1'", "must be a number");
  expect_refused("[controls.\"Jaw Pitch\"]\ngain = nan", "gain");
  expect_refused("[controls.\"Jaw Pitch\"]\ngain = 1e300", "gain");
  expect_refused("[controls.\"Jaw Pitch\"]\nmin = 0", "min of \"Jaw Pitch\" must be from 0.5 to 1");
  expect_refused("[controls]\n\"Jaw Pitch\" = 1", "must be a table");
  expect_refused("name = 'a'\nname = 'b'", "line 2");
  expect_refused("name = '" + std::string(300, 'a') + "'", "at most 200");
  expect_refused(std::string(kLargestProfile + 1, '#'), "64 KiB");
  EXPECT_THROW(profile_of_json("[]", "it"), InputError);
  EXPECT_THROW(profile_of_json(std::string(60'000, '['), "it"), InputError);
  EXPECT_THROW(profile_of_json(R"({"name":1})", "it"), InputError);
}

TEST(ProfileFile, OfFilesTheLastWordIsTheirOwn) {
  const TemporaryFolder folder;
  EXPECT_THROW(load_profile(folder / "none.toml"), InputError);
  EXPECT_THROW(load_profile(folder.path()), InputError);
  std::ofstream(folder / "a.toml") << "mirror = true";
  EXPECT_TRUE(load_profile(folder / "a.toml").settings().mirror);
}

TEST(ProfileFile, ThoseOfTheProjectAreFineAndHaveANameAndWords) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(resource("config/profiles"))) {
    const Profile profile = load_profile(entry.path());
    EXPECT_FALSE(profile.settings().name.empty()) << entry.path();
    EXPECT_FALSE(profile.settings().about.empty()) << entry.path();
    EXPECT_NE(profile.settings(), ProfileSettings()) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 4);
}

}  // namespace
}  // namespace vividface
