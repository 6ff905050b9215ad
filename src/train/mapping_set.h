#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "mapping/mapping_architecture.h"
#include "robot/controls.h"

namespace vividface {

/// One row of a data set: a picture of the robot in the canonical view (I_x), the same expression as M1 re-enacts it
/// (Ĩ = M1(I_x)), and the controls of both.
struct MappingSample {
  std::filesystem::path canonical;  ///< I_x; empty when the set has none for this row
  std::filesystem::path animated;   ///< Ĩ; empty when the set has none for this row
  std::filesystem::path motion;     ///< what moved in Ĩ; empty when the set has none for this row
  std::filesystem::path person;     ///< the person's own face; empty when the set has none for this row
  ControlVector controls;
  std::string split;  ///< "train", or what is held out: "val", "test"
};

/// Reads a data set's index: index.csv with the columns img_path, ctrl_values (a JSON list of 30) and split. The
/// pictures are canonical/NAME.jpg and animated/NAME.jpg, what moved is motion/NAME.safetensors, NAME being img_path's
/// without folder and ending, the person's own face person/NAME.jpg. A row that has neither is left out when
/// animated/without_face.txt lists NAME.jpg: of a set that was animated from pictures alone, that is a picture in which
/// no face was found. Throws InputError for what is malformed and for any other row without a picture.
std::vector<MappingSample> read_mapping_set(const std::filesystem::path& folder);
/// The same for an index in a stream; the pictures lie in `folder`.
std::vector<MappingSample> parse_mapping_set(std::istream& index, const std::filesystem::path& folder);

/// What moved in a row's Ĩ (AnimatedFrame::motion). Throws InputError for a damaged file.
std::vector<float> load_motion(const std::filesystem::path& safetensors);

/// An RGB picture of size × size, 3 bytes a pixel, rows from the top.
using SquarePicture = std::vector<std::uint8_t>;

/// Decodes a JPEG, cuts and shrinks it as the network's input is when it runs. Throws InputError for a
/// picture that is damaged, not square or whose crop is smaller than `size`.
SquarePicture load_square_picture(const std::filesystem::path& jpeg, int size, const PictureCrop& crop = {});

/// Decodes a JPEG of AnimatedFrame::person, as person_picture makes it. Throws InputError for a picture that is damaged
/// or of another size.
SquarePicture load_person_picture(const std::filesystem::path& jpeg);

/// As the running network shrinks (MappingNetwork): between pixels (OpenCV's INTER_LINEAR) where `from` < 2 `to`, else
/// every target pixel is the mean of the area that it covers (INTER_AREA). `from` >= `to`.
SquarePicture shrink(const SquarePicture& rgb, int from, int to);

}  // namespace vividface
