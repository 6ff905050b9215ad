#include "evaluate/imitation.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace vividface {
namespace {

/// One signal of both, over the frames in which it can be seen of both.
struct Pair {
  std::vector<double> person, robot;
};

Pair paired(const SignalTrack& person, const SignalTrack& robot, std::size_t signal) {
  Pair pair;
  for (std::size_t i = 0; i < person.size(); ++i) {
    if (!seen(person[i], signal) || !seen(robot[i], signal)) continue;
    pair.person.push_back((*person[i])[signal]);
    pair.robot.push_back((*robot[i])[signal]);
  }
  return pair;
}

class Mean {
 public:
  void add(const std::optional<double>& value) {
    if (!value) return;
    sum_ += *value;
    ++count_;
  }
  std::optional<double> value() const {
    return count_ > 0 ? std::optional(sum_ / static_cast<double>(count_)) : std::nullopt;
  }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

std::size_t faces(const SignalTrack& track) {
  return static_cast<std::size_t>(std::ranges::count_if(track, [](const auto& frame) { return frame.has_value(); }));
}

}  // namespace

SignalTrack read_signals(std::span<const std::optional<FaceObservation>> faces) {
  std::optional<SignalReader> reader;
  SignalTrack track;
  track.reserve(faces.size());
  for (const auto& face : faces) {
    if (face && !reader) reader.emplace(*face);
    track.push_back(face ? std::optional(reader->read(*face)) : std::nullopt);
  }
  return track;
}

void leave_out(SignalGroup group, SignalTrack& track) {
  for (auto& frame : track) {
    for (std::size_t s = 0; frame && s < kSignals.size(); ++s)
      if (kSignals[s].group == group) (*frame)[s] = std::numeric_limits<double>::quiet_NaN();
  }
}

Moments moments(std::span<const double> values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / count)};
}

bool seen(const std::optional<Signals>& frame, std::size_t signal) { return frame && std::isfinite((*frame)[signal]); }

double pearson(std::span<const double> a, std::span<const double> b) {
  const Moments of_a = moments(a), of_b = moments(b);
  constexpr double kStill = 1e-12;
  if (of_a.deviation < kStill || of_b.deviation < kStill) return 0;
  double products = 0;
  for (std::size_t i = 0; i < a.size(); ++i) products += (a[i] - of_a.mean) * (b[i] - of_b.mean);
  return products / static_cast<double>(a.size()) / of_a.deviation / of_b.deviation;
}

ImitationScore score_imitation(const SignalTrack& person, const SignalTrack& robot) {
  ImitationScore score;
  score.frames = person.size();
  score.person_faces = faces(person);
  score.robot_faces = faces(robot);
  std::array<Mean, kSignalGroupNames.size()> groups;
  for (std::size_t s = 0; s < kSignals.size(); ++s) {
    const Pair pair = paired(person, robot, s);
    auto& signal = score.signals[s];
    signal.person_deviation = moments(pair.person).deviation;
    signal.robot_deviation = moments(pair.robot).deviation;
    if (signal.person_deviation >= kSignals[s].least_motion) signal.r = pearson(pair.person, pair.robot);
    groups[static_cast<std::size_t>(kSignals[s].group)].add(signal.r);
  }
  Mean mean;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    score.groups[g] = groups[g].value();
    mean.add(score.groups[g]);
  }
  score.mean = mean.value();
  return score;
}

std::vector<std::optional<double>> imitation_errors(const SignalTrack& person, const SignalTrack& robot) {
  std::vector<Mean> errors(person.size());
  for (std::size_t s = 0; s < kSignals.size(); ++s) {
    const Pair pair = paired(person, robot, s);
    const Moments of_person = moments(pair.person), of_robot = moments(pair.robot);
    if (pair.person.empty() || of_person.deviation < kSignals[s].least_motion) continue;
    for (std::size_t i = 0; i < person.size(); ++i) {
      if (!seen(person[i], s) || !seen(robot[i], s)) continue;
      // A robot that stands still is measured by the person's spread: its deviation would blow noise up.
      const double spread = std::max(of_robot.deviation, 0.25 * of_person.deviation);
      const double a = ((*person[i])[s] - of_person.mean) / of_person.deviation;
      const double b = ((*robot[i])[s] - of_robot.mean) / spread;
      errors[i].add(std::abs(a - b));
    }
  }
  std::vector<std::optional<double>> values;
  for (const auto& error : errors) values.push_back(error.value());
  return values;
}

}  // namespace vividface
