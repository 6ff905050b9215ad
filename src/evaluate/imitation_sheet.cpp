#include "evaluate/imitation_sheet.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

namespace vividface {
namespace {

constexpr int kCell = 176;
constexpr std::size_t kApart = 12;  // frames between two moments

/// How far the person is from their own mean face, over the moved signals.
std::vector<double> strengths(const SignalTrack& person) {
  std::vector<double> strength(person.size());
  for (std::size_t s = 0; s < kSignals.size(); ++s) {
    std::vector<double> values;
    for (const auto& frame : person)
      if (seen(frame, s)) values.push_back((*frame)[s]);
    const auto [mean, deviation] = moments(values);
    if (values.empty() || deviation < kSignals[s].least_motion) continue;
    for (std::size_t i = 0; i < person.size(); ++i) {
      if (!seen(person[i], s)) continue;
      strength[i] += std::abs((*person[i])[s] - mean) / deviation / static_cast<double>(kSignals.size());
    }
  }
  return strength;
}

std::vector<std::size_t> highest(std::vector<std::pair<double, std::size_t>> ranked, std::size_t count) {
  std::ranges::sort(ranked, std::greater{});
  std::vector<std::size_t> chosen;
  for (const auto& [value, frame] : ranked) {
    const auto near = [at = frame](std::size_t other) { return std::max(at, other) - std::min(at, other) < kApart; };
    if (chosen.size() < count && std::ranges::none_of(chosen, near)) chosen.push_back(frame);
  }
  return chosen;
}

cv::Mat cell(const cv::Mat& picture) {
  cv::Mat out(kCell, kCell, CV_8UC3, cv::Scalar::all(0));
  if (picture.empty()) return out;
  const double scale = static_cast<double>(kCell) / std::max(picture.cols, picture.rows);
  const cv::Size size(std::max(1, cvRound(scale * picture.cols)), std::max(1, cvRound(scale * picture.rows)));
  cv::resize(picture, out(cv::Rect({(kCell - size.width) / 2, (kCell - size.height) / 2}, size)), size, 0, 0,
             cv::INTER_AREA);
  return out;
}

/// The head in a portrait of the robot (RenderView::portrait), wherever it turns: seven tenths of a side that is half
/// empty.
cv::Mat head_of(const cv::Mat& portrait) {
  if (portrait.empty()) return portrait;
  const int side = std::max(1, cvRound(0.7 * std::min(portrait.cols, portrait.rows)));
  return portrait(cv::Rect((portrait.cols - side) / 2, (portrait.rows - side) / 10, side, side));
}

}  // namespace

ImitationMoments imitation_moments(const SignalTrack& person, const SignalTrack& robot, std::size_t count) {
  const auto errors = imitation_errors(person, robot);
  const auto strength = strengths(person);
  std::vector<std::pair<double, std::size_t>> good, bad;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (!errors[i]) continue;
    good.emplace_back(strength[i] - *errors[i], i);
    bad.emplace_back(*errors[i], i);
  }
  return {highest(good, count), highest(bad, count)};
}

void ImitationSheet::add(const cv::Mat& person, const cv::Mat& animated, const cv::Mat& robot) {
  cv::Mat column;
  cv::vconcat(std::vector{cell(person), cell(animated), cell(head_of(robot))}, column);
  cv::imencode(".jpg", column, frames_.emplace_back());
}

cv::Mat ImitationSheet::draw(const ImitationMoments& moments) const {
  std::vector<cv::Mat> columns;
  const auto append = [&](const char* kind, const std::vector<std::size_t>& frames) {
    for (const std::size_t frame : frames) {
      cv::Mat column = cv::imdecode(frames_[frame], cv::IMREAD_COLOR);
      cv::putText(column, std::string(kind) + " " + std::to_string(frame), {4, 14}, cv::FONT_HERSHEY_SIMPLEX, 0.45,
                  {255, 255, 255}, 1, cv::LINE_AA);
      columns.push_back(column);
    }
  };
  append("best", moments.best);
  append("worst", moments.worst);
  if (columns.empty()) return cv::Mat(3 * kCell, kCell, CV_8UC3, cv::Scalar::all(0));
  cv::Mat sheet;
  cv::hconcat(columns, sheet);
  return sheet;
}

}  // namespace vividface
