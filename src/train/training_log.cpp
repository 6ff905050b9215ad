#include "train/training_log.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <stdexcept>

namespace vividface {
namespace {

constexpr const char* kHeader = "epoch,loss,adaptation,learning_rate,r2_canonical,r2_animated\n";
constexpr double kWidth = 720, kHeight = 240, kMargin = 60;

std::string format(const char* pattern, auto... values) {
  char text[256];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '&' ? std::string("&amp;") : c == '<' ? std::string("&lt;") : std::string(1, c);
  return out;
}

struct Curve {
  const char* name;
  const char* colour;
  std::function<double(const EpochRecord&)> value;
};

/// One chart with its curves, its lowest and highest value written at the axis.
std::string chart(const std::vector<EpochRecord>& log, const std::vector<Curve>& curves, double top, double low,
                  double high, const std::function<std::string(double)>& label) {
  const double bottom = top + kHeight, right = kWidth - kMargin / 3;
  std::string svg = format("<rect x='%g' y='%g' width='%g' height='%g' fill='none' stroke='#888'/>\n", kMargin, top,
                           right - kMargin, kHeight);
  for (double value : {low, (low + high) / 2, high})
    svg += format("<text x='%g' y='%g' text-anchor='end'>%s</text>\n", kMargin - 6,
                  bottom - (value - low) / (high - low) * kHeight + 4, label(value).c_str());
  double legend = kMargin + 10;
  for (const Curve& curve : curves) {
    std::string points;
    for (std::size_t i = 0; i < log.size(); ++i) {
      const double value = curve.value(log[i]);
      if (!std::isfinite(value)) continue;
      const double x =
          kMargin + (right - kMargin) * static_cast<double>(i) / std::max(1.0, static_cast<double>(log.size() - 1));
      points += format("%.1f,%.1f ", x, bottom - (std::clamp(value, low, high) - low) / (high - low) * kHeight);
    }
    if (points.empty()) continue;
    svg += format("<polyline fill='none' stroke='%s' stroke-width='2' points='", curve.colour) + points + "'/>\n";
    svg += format("<text x='%g' y='%g' fill='%s'>%s</text>\n", legend, top + 16, curve.colour, curve.name);
    legend += 150;
  }
  return svg;
}

}  // namespace

std::string to_csv(const std::vector<EpochRecord>& log) {
  std::string csv = kHeader;
  for (const EpochRecord& r : log)
    csv += format("%d,%.9g,%.9g,%.9g,%.6f,%.6f\n", r.epoch, r.loss, r.adaptation, r.learning_rate, r.r2_canonical,
                  r.r2_animated);
  return csv;
}

std::vector<EpochRecord> log_from_csv(const std::string& csv) {
  std::vector<EpochRecord> log;
  for (std::size_t begin = csv.find('\n') + 1; begin != 0 && begin < csv.size(); begin = csv.find('\n', begin) + 1) {
    EpochRecord r;
    if (std::sscanf(csv.c_str() + begin, "%d,%lf,%lf,%lf,%lf,%lf", &r.epoch, &r.loss, &r.adaptation, &r.learning_rate,
                    &r.r2_canonical, &r.r2_animated) != 6)
      throw std::runtime_error("expected six numbers a line in a training log");
    log.push_back(r);
    if (csv.find('\n', begin) == std::string::npos) break;
  }
  return log;
}

std::string to_svg(const std::vector<EpochRecord>& log, const std::string& title) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const EpochRecord& r : log)
    if (r.loss > 0) low = std::min(low, std::log10(r.loss)), high = std::max(high, std::log10(r.loss));
  if (!(low < high)) low = std::isfinite(low) ? low - 1 : -1, high = low + 2;
  std::string svg = format(
      "<svg xmlns='http://www.w3.org/2000/svg' width='%g' height='%g' font-family='sans-serif' "
      "font-size='12'>\n<rect width='100%%' height='100%%' fill='white'/>\n",
      kWidth, 2 * kHeight + 110);
  svg += format("<text x='%g' y='22' font-size='14'>", kMargin) + escaped(title) + "</text>\n";
  svg += chart(log, {{"loss", "#b03a2e", [](const EpochRecord& r) { return r.loss > 0 ? std::log10(r.loss) : NAN; }}},
               36, low, high, [](double v) { return format("%.2g", std::pow(10, v)); });
  svg += chart(log,
               {{"R² on I_x", "#1f618d", [](const EpochRecord& r) { return r.r2_canonical; }},
                {"R² on M1(I_x)", "#1e8449", [](const EpochRecord& r) { return r.r2_animated; }}},
               kHeight + 66, 0, 1, [](double v) { return format("%.1f", v); });
  svg += format("<text x='%g' y='%g' text-anchor='end'>epoch %d</text>\n</svg>\n", kWidth - kMargin / 3,
                2 * kHeight + 86, log.empty() ? 0 : log.back().epoch);
  return svg;
}

}  // namespace vividface
