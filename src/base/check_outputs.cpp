#include "base/check_outputs.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/error.h"
#include "base/output_file.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

// One name for all names of a file, links followed.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? path.lexically_normal() : whole;
}

bool lies_below(const fs::path& file, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end();
}

}  // namespace

void check_outputs(const std::vector<fs::path>& inputs, const std::vector<fs::path>& outputs) {
  std::set<fs::path> taken;
  for (const fs::path& output : outputs) {
    if (output.empty()) continue;
    const auto reject = [&](const std::string& why) { throw InputError("output \"" + output.string() + "\": " + why); };
    OutputFile{output};
    const fs::path file = resolved(output);
    std::error_code ignored;
    for (const fs::path& input : inputs) {
      if (input.empty()) continue;
      const fs::path read = resolved(input);
      if (file == read) reject("also an input; give it another name");
      if (fs::is_directory(read, ignored) && fs::exists(file, ignored) && lies_below(file, read)) {
        reject("is there already, in the input folder " + input.string() + "; give it another name");
      }
    }
    if (!taken.insert(file).second) reject("also another output; give each its own name");
  }
}

}  // namespace vividface
