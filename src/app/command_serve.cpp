#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
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
#include "app/engine.h"
#include "app/operator.h"
#include "app/process.h"
#include "app/reference_option.h"
#include "app/serve_pages.h"
#include "app/serve_session.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/resources.h"
#include "face/detector.h"
#include "face/face_tracker.h"
#include "server/http_server.h"
#include "server/serve_config.h"
#include "server/server_options.h"

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
    vividface serve --replay clip.mp4 --loop

  The published networks; the dashboard changes between them and the mesh engine:
    vividface serve --engine liveportrait --models liveportrait

  Two performers, each with a robot, by tables [[session]] of the file (docs/serve.md):
    vividface serve --config anna_and_ben.toml

  Everything into one file, for 'vividface replay', or what is recorded from the dashboard into a folder:
    vividface serve --record session.vvf
    vividface serve --recordings recordings

POST /stream and the WebSocket /ws/stream take frames, GET /state, /metrics and the WebSocket /ws/state say what goes on.
POST /pause lets the robot rest in its neutral face until POST /start.
POST /engine changes the engine, where both can be had.
POST /calibration takes the neutral face or the lids' ends anew, PUT and POST /people/NAME keep and use them.
GET /faces says whose faces are in the picture, POST /person?x=0.3&y=0.5 whom the robot is to follow.
Emergency stop: POST /stop, SIGUSR1, or space or s at the terminal; the robot is frozen until POST /release, or r at the
terminal. q ends, as Ctrl-C. Beyond this machine clients need https and the token.
docs/serve.md has all of it, and what the safety stage does.)";

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

// One at the root, or several below /s/NAME.
std::vector<std::unique_ptr<ServeSession>> open_sessions(const ServeConfig& config, const ServeShared& shared) {
  std::vector<std::unique_ptr<ServeSession>> sessions;
  if (config.sessions.empty()) sessions.push_back(std::make_unique<ServeSession>("", config, shared));
  for (const SessionConfig& session : config.sessions) {
    sessions.push_back(std::make_unique<ServeSession>(session.name, config.of(session), shared));
  }
  return sessions;
}

// The only session has none.
std::vector<std::string> session_names(const ServeConfig& config) {
  std::vector<std::string> names;
  for (const SessionConfig& session : config.sessions) names.push_back(session.name);
  return names.empty() ? std::vector<std::string>{""} : names;
}

std::string address_line(const ServeConfig& config, const HttpServerOptions& options, std::uint16_t port) {
  return fmt::format("{}://{}:{}", options.tls ? "https" : "http",
                     config.bind.find(':') == std::string::npos ? config.bind : "[" + config.bind + "]", port);
}

void serve(const ServeConfig& config) {
  config.check();
  go_where_engine_is(config.engine);
  const StopSignal stop_signal;
  spdlog::info("configuration:\n{}", config.to_toml());
  limit_threads(1);
  HttpServerOptions options = server_options(config, terminal());
  if (options.tls) spdlog::info("certificate SHA-256 {}", fingerprint(tls_context(*options.tls)));
  const ControlTable& table = ControlTable::ameca();
  const std::filesystem::path safety =
      config.safety.empty() ? resource("config/safety.json") : std::filesystem::path(config.safety);
  std::optional<CurveKey> key;
  if (!config.zmq_curve_key.empty()) key = CurveKey::load(config.zmq_curve_key);
  const ServeShared shared{.table = table,
                           .limits = SafetyLimits::load(safety, table),
                           .safety = safety,
                           .key = std::move(key),
                           .find_faces = face_finder()};

  const InterruptGuard interrupt;
  const auto sessions = open_sessions(config, shared);
  std::vector<LiveSession> client_sides;
  for (const auto& session : sessions) client_sides.push_back(session->client_side());
  HttpActions act = session_actions(std::move(client_sides));
  const ServePages pages;
  pages.add_to(options, act);
  std::optional<HttpServer> server(std::in_place, options, act);
  const Operator person(stop_signal, {.stop = act.stop, .release = act.release}, STDIN_FILENO);
  for (const auto& session : sessions) session->start();
  const std::string address = address_line(config, options, server->port());
  if (config.sessions.empty()) {
    std::cout << fmt::format("serving on {}, {}\n", address, sessions.front()->description());
  } else {
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      std::cout << fmt::format("{} on {}/s/{}, {}\n", config.sessions[i].name, address, config.sessions[i].name,
                               sessions[i]->description());
    }
    std::cout << fmt::format("serving on {}, {} of at most {} sessions\n", address, sessions.size(),
                             config.session_limit());
  }
  std::cout << (person.has_keys() ? "space or s: emergency stop, r: release, q: end\n" : "") << std::flush;
  pages.listens(options, server->port(), session_names(config), isatty(STDOUT_FILENO) == 1);

  const auto replayed = [&] { return std::ranges::all_of(sessions, [](const auto& it) { return it->replayed(); }); };
  while (!interrupt.requested() && !person.end_requested() && !replayed()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (const auto& session : sessions) session->look();
    pages.look();
  }

  // All at once; an emergency stop is still heard meanwhile.
  std::vector<std::thread> ends;
  for (const auto& session : sessions) ends.emplace_back([&session] { session->finish(); });
  for (std::thread& end : ends) end.join();
  server.reset();
  for (const auto& session : sessions) session->report();
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
  command->add_flag("--loop", config->loop, "Such a clip begins anew at its end; Ctrl-C ends it");
  command->add_option("--record", config->record, "Record the session in this new file, for 'vividface replay'");
  command->add_option("--recordings", config->recordings,
                      "Folder for recordings that are begun and ended on the dashboard; made if it is not there");
  command->add_option("--people", config->people,
                      "Folder for what is calibrated of people, by their names; made if it is not there");
  command->add_option("--stop-file", config->stop_file,
                      "Is there while the robot is stopped, so that a restart begins stopped");
  command->add_option("--neutral", config->neutral, kNeutralHelp);
  add_engine_options(command, config->engine, config->device, config->precision);
  command->add_option("--models", config->models, "Folder of the trained weights [models/ of the project]");
  command->add_option("--robot-image", config->robot_image, "The robot's neutral face [the virtual robot's]");
  command->add_flag("--wrinkles", config->wrinkles, "Carry the person's wrinkles over to I_m");
  command->add_option("--max-sessions", config->max_sessions,
                      "How many [[session]] tables the configuration may have [as many as there are cores]");
  command->add_option("--safety", config->safety, "Safety limits [config/safety.json]");
  command->add_option("--profile", config->profile,
                      "TOML file of how controls are shaped before the safety stage; read again when it changes");
  command->callback([config] { serve(*config); });
}

}  // namespace vividface
