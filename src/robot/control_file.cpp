#include "robot/control_file.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "base/error.h"

namespace vividface {
namespace {

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  for (std::size_t begin = 0;;) {
    const std::size_t comma = line.find(',', begin);
    std::string_view cell = line.substr(begin, comma == line.npos ? line.npos : comma - begin);
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
    cells.push_back(cell);
    if (comma == line.npos) return cells;
    begin = comma + 1;
  }
}

// What Excel writes before the first column's name.
void skip_byte_order_mark(std::istream& in) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (in.peek() == static_cast<unsigned char>(kMark.front())) in.ignore(static_cast<std::streamsize>(kMark.size()));
}

bool read_line(std::istream& in, std::string& line) {
  if (!std::getline(in, line)) return false;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return true;
}

double number(std::string_view cell, const std::string& where) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
    throw InputError(where + ": expected a finite number, found \"" + std::string(cell.substr(0, 60)) + "\"");
  }
  return value;
}

/// Where each wanted column stands in the file.
struct Columns {
  std::size_t frame, time_s, face;
  std::array<std::size_t, kControlCount> controls;
};

Columns find_columns(const std::vector<std::string_view>& header, const std::string& file) {
  const auto find = [&](std::string_view name) {
    std::size_t found = header.size();
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (header[i] != name) continue;
      if (found != header.size()) throw InputError(file + ":1: column \"" + std::string(name) + "\" comes twice");
      found = i;
    }
    if (found == header.size() && header.front().find(';') != std::string_view::npos) {
      throw InputError(file + ":1: the columns are separated by semicolons; expected commas");
    }
    if (found == header.size()) {
      throw InputError(file + ":1: column \"" + std::string(name) +
                       "\" is missing; expected frame, time_s, face and the 30 names of config/ameca.json");
    }
    return found;
  };
  Columns columns{find("frame"), find("time_s"), find("face"), {}};
  for (std::size_t i = 0; i < kControlCount; ++i) columns.controls[i] = find(ControlTable::ameca()[i].name);
  return columns;
}

}  // namespace

std::vector<ControlRow> read_control_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw InputError("cannot read the control file " + path.string() + ": no such file or not readable");
  return parse_control_file(in, path.string());
}

std::vector<ControlRow> parse_control_file(std::istream& in, const std::string& file) {
  std::string header_line;
  skip_byte_order_mark(in);
  if (!read_line(in, header_line)) throw InputError(file + ": empty; expected a line with the column names");
  const std::vector<std::string_view> header = split(header_line);
  const Columns columns = find_columns(header, file);

  std::vector<ControlRow> rows;
  std::string line;
  for (std::size_t line_number = 2; read_line(in, line); ++line_number) {
    if (line.empty()) continue;
    const std::vector<std::string_view> cells = split(line);
    const std::string here = file + ":" + std::to_string(line_number);
    if (cells.size() != header.size()) {
      throw InputError(here + ": has " + std::to_string(cells.size()) + " values, expected " +
                       std::to_string(header.size()) + " as in line 1");
    }
    const auto value = [&](std::size_t column) {
      return number(cells[column], here + ", column \"" + std::string(header[column]) + "\"");
    };
    ControlRow row;
    const double frame = value(columns.frame);
    if (frame < 0 || frame > 1e15 || frame != std::floor(frame)) {
      throw InputError(here + ", column \"frame\": expected a whole number ≥ 0");
    }
    row.frame = static_cast<std::size_t>(frame);
    row.time_s = value(columns.time_s);
    row.face = value(columns.face) != 0;
    for (std::size_t i = 0; i < kControlCount; ++i) {
      row.controls[i] = static_cast<float>(value(columns.controls[i]));
      if (!std::isfinite(row.controls[i]))
        throw InputError(here + ", column \"" + std::string(header[columns.controls[i]]) + "\": too large a number");
    }
    if (!rows.empty() && row.time_s < rows.back().time_s)
      throw InputError(here + ", column \"time_s\": goes back; expected rows in the order of their times");
    rows.push_back(row);
  }
  return rows;
}

ControlFileWriter::ControlFileWriter(std::filesystem::path csv) : output_(std::move(csv)) {
  file_.open(output_.partial(), std::ios::trunc);
  if (!file_) throw InputError("cannot write the control file " + output_.path().string());
  file_ << "frame,time_s,face";
  for (const ControlSpec& spec : ControlTable::ameca().specs()) file_ << ',' << spec.name;
  file_ << '\n';
}

void ControlFileWriter::write(const ControlRow& row) {
  std::array<char, 64> text;
  const auto put = [&](auto value) {
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    file_.write(text.data(), result.ptr - text.data());
  };
  put(row.frame);
  file_.put(',');
  put(row.time_s);
  file_ << (row.face ? ",1" : ",0");
  for (const float value : row.controls) {
    file_.put(',');
    put(value);
  }
  file_.put('\n');
}

void ControlFileWriter::close() {
  file_.close();
  if (!file_) throw std::runtime_error("writing " + output_.path().string() + " failed: is the disk full?");
  output_.commit();
}

}  // namespace vividface
