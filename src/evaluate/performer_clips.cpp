#include "evaluate/performer_clips.h"

#include <algorithm>

#include "base/error.h"

namespace vividface {

namespace fs = std::filesystem;

namespace {

fs::path neutral_of(const fs::path& picture, const fs::path& folder) {
  const std::string stem = picture.stem().string();
  fs::path neutral = folder / "neutral" / (stem.substr(0, stem.rfind('-')) + ".jpg");
  std::error_code error;  // of a name that no file can have
  if (!fs::exists(neutral, error)) {
    throw InputError(folder.string() + ": expected the neutral picture neutral/" + neutral.filename().string() +
                     " of " + picture.filename().string() +
                     ", found none; give a set of `vividface dataset render --performers`");
  }
  return neutral;
}

}  // namespace

std::vector<PerformerClip> performer_clips(const std::vector<IndexRow>& rows, const fs::path& folder,
                                           const std::string& split, std::size_t limit) {
  std::vector<const IndexRow*> wanted;
  for (const IndexRow& row : rows)
    if (row.split == split) wanted.push_back(&row);
  if (wanted.empty())
    throw InputError((folder / "index.csv").string() + ": expected rows of the split " + split + ", found none");
  const std::size_t count = limit == 0 ? wanted.size() : std::min(limit, wanted.size());
  std::vector<PerformerClip> clips;
  for (std::size_t i = 0; i < count; ++i) {
    const IndexRow& row = *wanted[i * wanted.size() / count];
    const fs::path name = fs::path(row.picture).filename();
    fs::path neutral = neutral_of(name, folder);
    if (clips.empty() || clips.back().neutral != neutral) clips.push_back({std::move(neutral), {}});
    clips.back().pictures.push_back({folder / "images" / name, row.controls});
  }
  return clips;
}

}  // namespace vividface
