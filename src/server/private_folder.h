#pragma once

#include <filesystem>

namespace vividface {

/// The absolute path of a folder that files of people's faces go to: made if it is not there, then for its owner alone.
/// An empty path stays empty. `option`: who names it. Throws InputError for one that cannot be made or written to.
std::filesystem::path private_folder(std::filesystem::path folder, const char* option);

}  // namespace vividface
