#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "server/live_metrics.h"
#include "server/service.h"

namespace vividface {
namespace {

using testing::HasSubstr;

TEST(Metrics, HistogramsAreCumulative) {
  LiveMetrics metrics;
  for (const int ms : {1, 4, 4, 25, 900}) {
    StageTimes times;
    times.arrival = Clock::time_point() + std::chrono::seconds(1);
    times.preprocessed = times.arrival + std::chrono::milliseconds(ms);
    times.generated = times.sent = times.preprocessed;
    metrics.add(times);
  }
  metrics.count(FrameFate::no_face);
  MetricsText out;
  LiveMetrics::frames_family(out);
  metrics.write_frames(out, 7, "");
  LiveMetrics::stages_family(out);
  metrics.write_stages(out, "");
  for (const char* line :
       {"# TYPE vividface_frames_total counter\n", "vividface_frames_total{became=\"no face\"} 1\n",
        "vividface_frames_total{became=\"superseded\"} 7\n", "# TYPE vividface_stage_seconds histogram\n",
        "vividface_stage_seconds_bucket{stage=\"preprocessing\",le=\"0.001\"} 1\n",
        "vividface_stage_seconds_bucket{stage=\"preprocessing\",le=\"0.005\"} 3\n",
        "vividface_stage_seconds_bucket{stage=\"preprocessing\",le=\"0.5\"} 4\n",
        "vividface_stage_seconds_bucket{stage=\"preprocessing\",le=\"+Inf\"} 5\n",
        "vividface_stage_seconds_sum{stage=\"preprocessing\"} 0.934\n",
        "vividface_stage_seconds_count{stage=\"preprocessing\"} 5\n",
        "vividface_stage_seconds_count{stage=\"total\"} 5\n"}) {
    EXPECT_THAT(out.text(), HasSubstr(line));
  }
}

TEST(Metrics, OfTheServiceAreReadable) {
  Service service;
  service.stream_until("shadowing", grey_jpeg(200));
  Client watcher(service.port());
  EXPECT_EQ(watcher.stream(std::vector<std::uint8_t>(9, 'x')).status, 400u);
  const Client::Answer answer = watcher.get("/metrics");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_THAT(answer.body, HasSubstr("vividface_state{state=\"stopped\"} 0\n"));
  EXPECT_THAT(answer.body, HasSubstr("vividface_frames_total{became=\"refused\"} 1\n"));
  EXPECT_THAT(answer.body, HasSubstr("vividface_requests_total{result=\"refused\"} 1\n"));
  EXPECT_THAT(answer.body, HasSubstr("vividface_connections{kind=\"http\"} "));
  const std::regex line(
      R"re(# (HELP|TYPE) vividface_\w+ .+|vividface_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [0-9.e+-]+)re");
  std::istringstream lines(answer.body);
  for (std::string text; std::getline(lines, text);) EXPECT_TRUE(std::regex_match(text, line)) << text;
}

}  // namespace
}  // namespace vividface
