#include "train/regression_score.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace vividface {
namespace {

constexpr double kLeastVariance = 1e-10;

std::string cell(std::optional<double> value) {
  if (!value) return "       –";
  char text[32];
  std::snprintf(text, sizeof text, "%8.3f", *value);
  return text;
}

}  // namespace

void RegressionScore::add(const ControlVector& predicted, const ControlVector& truth) {
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const double t = truth[i], p = predicted[i], error = p - t;
    sums_[i].truth += t;
    sums_[i].truth_squared += t * t;
    sums_[i].predicted += p;
    sums_[i].predicted_squared += p * p;
    sums_[i].product += p * t;
    sums_[i].error_squared += error * error;
    sums_[i].error_absolute += std::abs(error);
  }
  ++count_;
}

std::optional<double> RegressionScore::r2(std::size_t control) const {
  const Sums& s = sums_[control];
  const double n = static_cast<double>(count_);
  if (count_ == 0) return std::nullopt;
  const double spread = s.truth_squared - s.truth * s.truth / n;
  if (spread <= kLeastVariance * (n + s.truth_squared)) return std::nullopt;
  return 1 - s.error_squared / spread;
}

std::optional<double> RegressionScore::correlation(std::size_t control) const {
  const Sums& s = sums_[control];
  const double n = static_cast<double>(count_);
  if (count_ == 0) return std::nullopt;
  const double truths = s.truth_squared - s.truth * s.truth / n,
               predictions = s.predicted_squared - s.predicted * s.predicted / n;
  if (truths <= kLeastVariance * (n + s.truth_squared) || predictions <= kLeastVariance * (n + s.predicted_squared))
    return std::nullopt;
  return (s.product - s.predicted * s.truth / n) / std::sqrt(truths * predictions);
}

double RegressionScore::mean_absolute_error(std::size_t control) const {
  return sums_[control].error_absolute / static_cast<double>(count_);
}

std::optional<double> MappingEvaluation::mean_r2(const RegressionScore& score) const {
  double sum = 0;
  int counted = 0;
  for (std::size_t i = 0; i < kControlCount; ++i)
    if (auto r2 = score.r2(i); r2 && learnt[i]) {
      sum += *r2;
      ++counted;
    }
  if (counted == 0) return std::nullopt;
  return sum / counted;
}

std::string MappingEvaluation::table() const {
  std::string text = "control                     R² I_x  " + std::string(sees_person ? "R² faces\n" : "R² M1(I_x)\n");
  const auto& specs = ControlTable::ameca().specs();
  for (std::size_t i = 0; i < kControlCount; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "%-25s", specs[i].name.c_str());
    text += name + (learnt[i] ? cell(canonical.r2(i)) + "    " + cell(animated.r2(i)) : cell({}) + "    " + cell({})) +
            '\n';
  }
  text += "mean                     " + cell(mean_r2(canonical)) + "    " + cell(mean_r2(animated)) + '\n';
  return text + "pictures                 " + std::to_string(canonical.count()) + " and " +
         std::to_string(animated.count()) + '\n';
}

std::string MappingEvaluation::json() const {
  nlohmann::ordered_json root;
  auto add = [&](const char* name, const RegressionScore& score) {
    auto& part = root[name];
    part["pictures"] = score.count();
    const auto mean = mean_r2(score);
    part["mean_r2"] = mean ? nlohmann::ordered_json(*mean) : nlohmann::ordered_json();
    for (std::size_t i = 0; i < kControlCount; ++i) {
      const auto r2 = score.r2(i);
      if (!learnt[i] || !r2) continue;
      auto& control = part["controls"][ControlTable::ameca().specs()[i].name];
      control = {{"r2", *r2}, {"mean_absolute_error", score.mean_absolute_error(i)}};
      if (const auto r = score.correlation(i)) control["r"] = *r;
    }
  };
  add("canonical", canonical);
  add(sees_person ? "faces" : "animated", animated);
  return root.dump(1);
}

}  // namespace vividface
