#pragma once

#include <filesystem>
#include <istream>
#include <string>
#include <vector>

#include "robot/controls.h"

namespace vividface {

/// One row of a data set's index.csv.
struct IndexRow {
  std::string picture;  ///< img_path, as it is written
  ControlVector controls;
  std::string split;  ///< "train", or what is held out: "val", "test"
  std::size_t line;   ///< of the file, from 1
};

/// Reads a data set's index.csv: the columns img_path, ctrl_values (a JSON list of 30) and split; others are skipped.
/// Throws InputError for what is missing or malformed.
std::vector<IndexRow> read_dataset_index(const std::filesystem::path& folder);
/// The same for a stream; `name` stands for the file in errors.
std::vector<IndexRow> parse_dataset_index(std::istream& csv, const std::string& name);

}  // namespace vividface
