#pragma once

#include <filesystem>
#include <vector>

namespace vividface {

/// What a command should know before its work: that each output can be made and destroys nothing that is read. Empty
/// paths are passed over, and so are inputs that are no files. Throws InputError for an output that OutputFile refuses,
/// that is an input, that is there already in a folder that is an input (or below it), or that is another output.
void check_outputs(const std::vector<std::filesystem::path>& inputs, const std::vector<std::filesystem::path>& outputs);

}  // namespace vividface
