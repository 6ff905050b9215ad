#include "transfer/liveportrait/checkpoint_folder.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "checkpoint/checkpoint.h"

namespace vividface::liveportrait {
namespace {

struct PublishedFile {
  char letter;
  std::string_view stem;
};
constexpr PublishedFile kFiles[] = {
    {'F', "appearance_feature_extractor"}, {'M', "motion_extractor"}, {'W', "warping_module"}, {'G', "spade_generator"},
    {'S', "stitching_retargeting_module"}, {'X', "mapping_network"}};

/// Whether a file is of this network: by its published name, or by that of a fine-tuned one, "NN_net_F".
bool is_of(const std::filesystem::path& file, const PublishedFile& published) {
  const std::string kind = file.extension().string(), stem = file.stem().string();
  if (kind != ".pth" && kind != ".safetensors") return false;
  return stem == published.stem || stem.ends_with(std::string("_net_") + published.letter);
}

}  // namespace

std::filesystem::path checkpoint_file(const std::filesystem::path& folder, char letter) {
  if (!std::filesystem::is_directory(folder))
    throw InputError("--models \"" + folder.string() +
                     "\": no such folder; give the one that holds the published networks (docs/liveportrait.md)");
  const auto& published = *std::ranges::find(kFiles, letter, &PublishedFile::letter);
  std::vector<std::filesystem::path> found;
  for (const char* part : {"", "base_models", "retargeting_models"}) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder / part, none))
      if (is_of(entry.path(), published)) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  if (found.empty())
    throw InputError("--models \"" + folder.string() + "\": expected " + std::string(published.stem) +
                     ".pth or .safetensors, found neither (docs/liveportrait.md)");
  if (found.size() > 1)
    throw InputError("--models \"" + folder.string() + "\": expected one file of a network, found " +
                     found[0].filename().string() + " and " + found[1].filename().string() + "; keep one of them");
  return found.front();
}

std::map<char, Weights> load_checkpoints(const std::filesystem::path& folder) {
  std::map<char, Weights> checkpoints;
  for (const char letter : {'F', 'M', 'W', 'G', 'S'})
    checkpoints.emplace(letter, Weights(Checkpoint::read(checkpoint_file(folder, letter))));
  return checkpoints;
}

}  // namespace vividface::liveportrait
