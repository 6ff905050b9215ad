#pragma once

#include <filesystem>
#include <fstream>
#include <istream>
#include <string>
#include <vector>

#include "base/output_file.h"
#include "robot/controls.h"

namespace vividface {

/// One line of a control file: CSV with the columns frame, time_s, face and the 30 control names, in any order.
struct ControlRow {
  std::size_t frame = 0;   ///< index of the input frame
  double time_s = 0;       ///< seconds since the stream's first frame
  bool face = true;        ///< whether the controls are of this frame's face; if not, they are held from before
  ControlVector controls;  ///< in the controls' own units
};

/// Reads a control file whole. Throws InputError that names file, line and column for a missing or duplicate column, a
/// row with too few or too many values, and a value that is no finite number.
std::vector<ControlRow> read_control_file(const std::filesystem::path& csv);
/// The same for a stream; `name` stands for the file in errors.
std::vector<ControlRow> parse_control_file(std::istream& csv, const std::string& name);

/// Writes a control file beside its final name and renames it when closed. An object that is destroyed without close()
/// leaves nothing behind.
class ControlFileWriter {
 public:
  /// Throws InputError when the file cannot be made.
  explicit ControlFileWriter(std::filesystem::path csv);

  void write(const ControlRow& row);
  /// Puts the file under its final name. Throws std::runtime_error when it could not be written whole.
  void close();

 private:
  OutputFile output_;
  std::ofstream file_;
};

}  // namespace vividface
