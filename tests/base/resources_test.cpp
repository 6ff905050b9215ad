#include "base/resources.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "base/error.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Resources, AreFoundInTheSourceTreeAndFirstInTheNamedHome) {
  EXPECT_TRUE(std::filesystem::exists(resource("config/ameca.json")));
  TemporaryFolder home;
  std::filesystem::create_directory(home / "config");
  std::ofstream(home / "config/ameca.json") << "{}";
  setenv("VIVIDFACE_HOME", home.path().c_str(), 1);
  EXPECT_EQ(resource("config/ameca.json"), home / "config/ameca.json");
  unsetenv("VIVIDFACE_HOME");
}

TEST(Resources, NameWhatIsMissingAndWhatToDo) {
  try {
    third_party("mediapipe/none.tflite");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("mediapipe/none.tflite"), HasSubstr("run scripts/setup")));
  }
  try {
    resource("models/none.safetensors");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("models/none.safetensors"), HasSubstr("VIVIDFACE_HOME")));
  }
}

}  // namespace
}  // namespace vividface
