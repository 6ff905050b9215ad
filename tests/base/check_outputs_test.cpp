#include "base/check_outputs.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "base/error.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CheckOutputs : public testing::Test {
 protected:
  CheckOutputs() {
    fs::create_directories(folder_ / "set/pictures");
    for (const char* name : {"clip.mp4", "set/index.csv", "set/pictures/1.jpg"}) std::ofstream(folder_ / name) << "x";
  }

  std::string error_of(const std::vector<fs::path>& inputs, const std::vector<fs::path>& outputs) const {
    try {
      check_outputs(inputs, outputs);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(CheckOutputs, LetsOutputsWithNamesOfTheirOwnPass) {
  std::ofstream(folder_ / "old.json") << "x";
  EXPECT_EQ(error_of({folder_ / "clip.mp4", folder_ / "set", "camera:0", "", folder_ / "missing.mp4"},
                     {folder_ / "old.json", folder_ / "set/new.json", "", folder_ / "settings.csv"}),
            "");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 3) << "and makes nothing";
}

TEST_F(CheckOutputs, RefusesAnOutputThatIsAnInputUnderWhateverName) {
  fs::create_symlink(folder_ / "clip.mp4", folder_ / "link.mp4");
  for (const char* name : {"clip.mp4", "set/../clip.mp4", "./clip.mp4", "link.mp4"}) {
    EXPECT_THAT(error_of({folder_ / "clip.mp4"}, {folder_ / name}), HasSubstr("also an input")) << name;
    EXPECT_THAT(error_of({folder_ / name}, {folder_ / "clip.mp4"}), HasSubstr("clip.mp4")) << name;
  }
}

TEST_F(CheckOutputs, RefusesWhatIsThereInAnInputFolder) {
  for (const char* input : {"set", "set/", "."}) {
    for (const char* output : {"set/index.csv", "set/pictures/1.jpg"}) {
      EXPECT_THAT(error_of({folder_ / input}, {folder_ / output}), HasSubstr(output)) << input;
    }
  }
  EXPECT_EQ(error_of({folder_ / "set/pictures"}, {folder_ / "set/index.csv"}), "");
}

TEST_F(CheckOutputs, RefusesTwoOutputsOfOneNameAndWhatCannotBeMade) {
  EXPECT_THAT(error_of({}, {folder_ / "a.jpg", folder_ / "set/../a.jpg"}), HasSubstr("also another output"));
  EXPECT_THAT(error_of({}, {folder_ / "nowhere/a.jpg"}), HasSubstr("nowhere"));
  EXPECT_THAT(error_of({}, {folder_ / "set"}), HasSubstr("set"));
}

}  // namespace
}  // namespace vividface
