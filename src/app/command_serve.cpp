#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/commands.h"
#include "app/latency_report.h"
#include "app/operator.h"
#include "app/process.h"
#include "app/reference_option.h"
#include "app/serve_recording.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/resources.h"
#include "face/detector.h"
#include "face/face_tracker.h"
#include "links/zeromq_json.h"
#include "links/zeromq_link.h"
#include "server/frame_pump.h"
#include "server/http_server.h"
#include "server/live_actions.h"
#include "server/live_shadow.h"
#include "server/log_event.h"
#include "server/serve_config.h"
#include "server/server_options.h"
#include "server/stop_file.h"
#include "shadow/mesh_engine.h"

namespace vividface {
namespace {

constexpr const char* kExamples = R"(Examples:
  Frames come from a phone or another program on this machine, controls go out on tcp://127.0.0.1:6666:
    vividface serve

  For phones in the same network, by https and with a token that is shown at the start:
    vividface serve --bind 0.0.0.0

  As published: a phone in the same network sends frames in plain text, the robot subscribes to port 6666:
    vividface serve --bind 0.0.0.0 --allow-anonymous-stream --zmq tcp://*:6666

  A camera of this machine, or a clip at its own pace:
    vividface serve --camera 0 --neutral calibrate
    vividface serve --replay clip.mp4

  Everything into one file, for 'vividface replay':
    vividface serve --record session.vvf

POST /stream and the WebSocket /ws/stream take frames, GET /state, /metrics and the WebSocket /ws/state say what goes on.
GET /faces says whose faces are in the picture, POST /person?x=0.3&y=0.5 whom the robot is to follow.
Emergency stop: POST /stop, SIGUSR1, or space or s at the terminal; the robot is frozen until POST /release, or r at the
terminal. q ends, as Ctrl-C. Beyond this machine clients need https and the token.
docs/serve.md has all of it, and what the safety stage does.)";

bool has_own_source(const ServeConfig& config) { return config.camera >= 0 || !config.replay.empty(); }

std::unique_ptr<FrameSource> open_source(const ServeConfig& config) {
  return config.camera >= 0 ? open_camera(static_cast<int>(config.camera)) : open_frame_source(config.replay);
}

// The log may be kept; a terminal is not.
std::function<void(const Token&)> terminal() {
  if (isatty(STDOUT_FILENO) == 0) return {};
  return [](const Token& token) { std::cout << "token (shown this once): " << token.text() << std::endl; };
}

// For GET /faces: apart from the tracker, so that the frames do not wait for it.
std::function<std::vector<cv::Rect2f>(const cv::Mat&)> face_finder() {
  return [detector = std::make_shared<FaceDetector>(FaceTrackerOptions().min_detection)](const cv::Mat& bgr) {
    std::vector<cv::Rect2f> boxes;
    for (const Detection& face : detector->detect(bgr)) boxes.push_back(face.box);
    return boxes;
  };
}

void log_change_of_state(std::string_view& state, std::string_view now) {
  if (state != now) spdlog::info("{}", log_event("state", {{"from", state}, {"to", now}}));
  state = now;
}

void serve(const ServeConfig& config) {
  config.check();
  const StopSignal stop_signal;
  spdlog::info("configuration:\n{}", config.to_toml());
  limit_threads(1);
  const HttpServerOptions options = server_options(config, terminal());
  if (options.tls) spdlog::info("certificate SHA-256 {}", fingerprint(tls_context(*options.tls)));
  const ControlTable& table = ControlTable::ameca();
  const std::filesystem::path safety =
      config.safety.empty() ? resource("config/safety.json") : std::filesystem::path(config.safety);
  const SafetyLimits limits = SafetyLimits::load(safety, table);
  std::unique_ptr<FrameSource> source = has_own_source(config) ? open_source(config) : nullptr;
  std::optional<CurveKey> key;
  if (!config.zmq_curve_key.empty()) key = CurveKey::load(config.zmq_curve_key);
  ZeromqLink link({.endpoint = config.zmq, .timestamp = config.zmq_timestamp, .key = key});
  std::optional<ZeromqJson> json;
  if (!config.zmq_json.empty()) json.emplace(config.zmq_json, table, key);
  std::optional<StopFile> stop_file;
  if (!config.stop_file.empty()) stop_file.emplace(config.stop_file);
  const bool starts_stopped = stop_file && stop_file->is_there();
  ShadowParts parts =
      mesh_engine({.models = config.models, .robot_image = config.robot_image, .wrinkles = config.wrinkles});
  parts.reference = reference_chooser(config.neutral);

  const InterruptGuard interrupt;
  std::optional<SessionRecorder> recorder;
  if (!config.record.empty()) recorder.emplace(config.record, session_header(config, safety));
  LiveShadow live(std::move(parts), table, limits, link, json ? &*json : nullptr, recorder ? &*recorder : nullptr,
                  starts_stopped);
  HttpActions act =
      live_actions(live, {.takes_frames = source == nullptr,
                          .max_pixels = static_cast<long>(config.max_frame_pixels),
                          .find_faces = face_finder()});
  if (stop_file) act = stop_file->kept_by(std::move(act));
  std::optional<HttpServer> server(std::in_place, options, act);
  const Operator person(stop_signal, {.stop = act.stop, .release = act.release}, STDIN_FILENO);
  std::optional<FramePump> pump;
  if (source) pump.emplace(std::move(source), config.camera < 0, frame_sink(live, recorder.has_value()));
  if (recorder) recorder->keep();
  std::cout << fmt::format("serving on {}://{}:{}, controls on {}{}\n", options.tls ? "https" : "http",
                           config.bind.find(':') == std::string::npos ? config.bind : "[" + config.bind + "]",
                           server->port(), link.endpoint(), json ? ", as JSON on " + json->endpoint() : "")
            << (starts_stopped ? "stopped, as \"" + config.stop_file + "\" is there: release it to begin\n" : "")
            << (person.has_keys() ? "space or s: emergency stop, r: release, q: end\n" : "") << std::flush;

  const auto replayed = [&] { return !config.replay.empty() && pump->ended(); };
  std::string_view state = live.state();
  while (!interrupt.requested() && !person.end_requested() && !replayed()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    log_change_of_state(state, live.state());
  }

  live.finish();  // an emergency stop is still heard meanwhile
  server.reset();
  pump.reset();
  const StreamReport report{.engine = "mesh",
                            .input = "live",
                            .realtime = true,
                            .counts = live.counts(),
                            .dropped = live.dropped(),
                            .peak_memory = peak_resident_bytes()};
  print_summary(std::cout, report, live.latency());
  if (live.state() == "stopped") std::cout << "ended stopped: the robot was left in its frozen pose\n";
  if (recorder) end_recording(*recorder, config.record);
}

}  // namespace

void add_serve(CLI::App& program) {
  auto config = std::make_shared<ServeConfig>();
  CLI::App* command = program.add_subcommand("serve", "Shadow live: frames stream in, controls stream out to a robot");
  command->footer(kExamples);
  // Read as soon as it is met; options are applied when all are read, so that they win wherever they stand.
  command
      ->add_option_function<std::string>(
          "--config", [config](const std::string& file) { config->override_by(std::filesystem::path(file)); },
          "TOML file of these options, with _ for -; options win over it")
      ->trigger_on_parse();
  command->add_option("--bind,--host", config->bind, "IP address to take frames on [127.0.0.1]");
  command->add_option("--port", config->port, "Its port; 0: any that is free [5000]");
  command->add_flag("--allow-anonymous-stream", config->allow_anonymous_stream,
                    "With --bind beyond this machine: anyone there may POST frames, in plain text, as published");
  command->add_option("--tls-cert", config->tls_cert,
                      "Certificate (PEM) [beyond this machine: one that is made at the first start]");
  command->add_option("--tls-key", config->tls_key, "Its key (PEM, without a passphrase)");
  command->add_option("--token-file", config->token_file,
                      "File with the token that clients show [beyond this machine: one that is made and shown]");
  command->add_flag("--local-token", config->local_token, "Clients on this machine show it too, as behind a proxy");
  command->add_option("--allow-origin", config->allow_origin, "Web pages from here may ask [none but the service's]");
  command->add_option("--zmq", config->zmq, "Where controls are published [tcp://127.0.0.1:6666]");
  command->add_flag("--zmq-timestamp", config->zmq_timestamp, "Send the time as an extra first part");
  command->add_option("--zmq-json", config->zmq_json, "Publish them as JSON too, such as on tcp://127.0.0.1:6667");
  command->add_option("--zmq-curve-key", config->zmq_curve_key,
                      "Encrypt both with this key pair, which 'vividface curve-key' makes");
  command->add_option("--camera", config->camera, "Take frames of camera N instead of POST /stream");
  command->add_option("--replay", config->replay, "Take frames of a clip, at its own pace, and end with it");
  command->add_option("--record", config->record, "Record the session in this new file, for 'vividface replay'");
  command->add_option("--stop-file", config->stop_file,
                      "Is there while the robot is stopped, so that a restart begins stopped");
  command->add_option("--neutral", config->neutral, kNeutralHelp);
  command->add_option("--models", config->models, "Folder of the trained weights [models/ of the project]");
  command->add_option("--robot-image", config->robot_image, "The robot's neutral face [the virtual robot's]");
  command->add_flag("--wrinkles", config->wrinkles, "Carry the person's wrinkles over to I_m");
  command->add_option("--safety", config->safety, "Safety limits [config/safety.json]");
  command->callback([config] { serve(*config); });
}

}  // namespace vividface
