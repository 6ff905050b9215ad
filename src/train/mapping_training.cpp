#include "train/mapping_training.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "robot/controls.h"

namespace vividface {
namespace {

bool begins_a_name(const std::string& text) {
  return std::ranges::any_of(ControlTable::ameca().specs(), [&](const auto& c) { return c.name.starts_with(text); });
}

}  // namespace

NamedShare NamedShare::parse(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  NamedShare named{text.substr(0, equals), -1};
  if (equals != std::string::npos) {
    const char *from = text.data() + equals + 1, *end = text.data() + text.size();
    if (const auto read = std::from_chars(from, end, named.share); read.ec != std::errc() || read.ptr != end)
      named.share = -1;
  }
  if (!(named.share >= 0 && named.share <= 1))
    throw InputError("--person-share-of: expected NAME=SHARE with a share from 0 to 1, found \"" + text + "\"");
  return named;
}

double MappingTraining::share_of_person(std::string_view control) const {
  const auto found =
      std::ranges::find_if(person_share_of, [&](const NamedShare& named) { return control.starts_with(named.begin); });
  return found == person_share_of.end() ? person_share : found->share;
}

void MappingTraining::check() const {
  auto need = [](bool good, const std::string& what) {
    if (!good) throw InputError(what);
  };
  need(!data.empty(), "--data: expected a data set's folder");
  need(out.extension() == ".safetensors", "--out: expected a file named *.safetensors, found " + out.string());
  const auto folder = out.has_parent_path() ? out.parent_path() : std::filesystem::path(".");
  need(std::filesystem::is_directory(folder), "--out: the folder " + folder.string() + " does not exist");
  need(width > 0 && width <= 4, "--width: expected above 0, to 4");
  need(input >= 32 && input <= 1024, "--input: expected 32 to 1024");
  need(crop.within_picture(), "--crop: expected left, top and a side above 0 that stay within the picture, 0 to 1");
  need(stem == 3 || stem == 5 || stem == 7, "--stem: expected 3, 5 or 7");
  const bool fits_shares = !init.empty() && !share_with.empty();
  need(epochs >= (fits_shares ? 0 : 1) && batch >= 2,
       "--epochs, --batch: expected at least 1 and 2 (0 epochs with --init and --share-with)");
  need(learning_rate > 0 && huber > 0 && clip > 0, "--lr, --huber, --clip: expected above 0");
  need(landmark_share >= 0 && landmark_share <= 1, "--landmark-share: expected from 0 to 1");
  need(linear_share >= 0 && linear_share < 1, "--linear-share: expected from 0, below 1");
  need(motion_noise >= 0 && adaptation >= 0 && weight_decay >= 0 && jitter >= 0 && colour_jitter >= 0 &&
           colour_jitter < 1,
       "--motion-noise, --adaptation, --weight-decay, --jitter, --colour-jitter: expected from 0");
  need(!person || variant == MappingVariant::supervised, "--person: expected --variant supervised");
  need(person || share_with.empty(), "--share-with: it needs --person");
  need(share_with.empty() || motion, "--share-with: it needs --motion");
  need(person_share >= 0 && person_share <= 1, "--person-share: expected from 0 to 1");
  need(person_share_of.empty() || !share_with.empty(), "--person-share-of: it needs --share-with");
  for (const auto& [begin, share] : person_share_of)
    need(begins_a_name(begin), "--person-share-of: no control's name begins with \"" + begin + "\"");
  need(light_jitter >= 0 && light_jitter <= 1, "--light-jitter: expected from 0 to 1");
  need(!bfloat16 || device == "cpu", "--bfloat16: it is for --device cpu");
  need(warm_up >= 0 && warm_up < 1 && average >= 0 && average < 1, "--warm-up, --average: expected from 0, below 1");
}

}  // namespace vividface
