#include "server/serve_config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "camera/frame_source.h"
#include "server/ip_address.h"
#include "server/session_path.h"

namespace vividface {
namespace {

constexpr std::int64_t kMostCameras = 1000, kMostSessions = 64;

// Each key once, for reading and writing.
template <typename Config, typename Visit>
void for_each_key(Config& config, Visit visit) {
  visit("bind", config.bind);
  visit("port", config.port);
  visit("allow_anonymous_stream", config.allow_anonymous_stream);
  visit("tls_cert", config.tls_cert);
  visit("tls_key", config.tls_key);
  visit("token_file", config.token_file);
  visit("local_token", config.local_token);
  visit("allow_origin", config.allow_origin);
  visit("zmq", config.zmq);
  visit("zmq_timestamp", config.zmq_timestamp);
  visit("zmq_json", config.zmq_json);
  visit("zmq_curve_key", config.zmq_curve_key);
  visit("camera", config.camera);
  visit("replay", config.replay);
  visit("loop", config.loop);
  visit("record", config.record);
  visit("recordings", config.recordings);
  visit("max_recording_mib", config.max_recording_mib);
  visit("max_recording_s", config.max_recording_s);
  visit("people", config.people);
  visit("stop_file", config.stop_file);
  visit("neutral", config.neutral);
  visit("engine", config.engine);
  visit("device", config.device);
  visit("precision", config.precision);
  visit("models", config.models);
  visit("robot_image", config.robot_image);
  visit("wrinkles", config.wrinkles);
  visit("safety", config.safety);
  visit("profile", config.profile);
  visit("max_body_kib", config.max_body_kib);
  visit("max_frame_pixels", config.max_frame_pixels);
  visit("max_connections", config.max_connections);
  visit("max_client_connections", config.max_client_connections);
  visit("max_requests_per_s", config.max_requests_per_s);
  visit("client_timeout_s", config.client_timeout_s);
  visit("max_sessions", config.max_sessions);
}

template <typename Config, typename Visit>
void for_each_session_key(Config& session, Visit visit) {
  visit("name", session.name);
  visit("token_file", session.token_file);
  visit("zmq", session.zmq);
  visit("zmq_json", session.zmq_json);
  visit("neutral", session.neutral);
  visit("camera", session.camera);
  visit("replay", session.replay);
  visit("record", session.record);
  visit("stop_file", session.stop_file);
  visit("profile", session.profile);
}

template <typename Value>
const char* type_name() {
  if (std::is_same_v<Value, bool>) return "true or false";
  return std::is_same_v<Value, std::string> ? "a text" : "a whole number";
}

constexpr const char* kSession = "session";

// `for_each`: of its keys. `more`: a key that is read elsewhere.
template <typename Config, typename ForEach>
void override_by_table(Config& config, const toml::table& table, ForEach for_each, const std::string& more) {
  for (const auto& entry : table) {
    const std::string given(entry.first.str());
    bool is_known = given == more;
    for_each(config, [&](const char* key, auto& value) {
      if (given != key) return;
      using Value = std::remove_reference_t<decltype(value)>;
      const auto exact = entry.second.template value_exact<Value>();
      if (!exact) throw InputError("\"" + given + "\" must be " + type_name<Value>());
      value = *exact;
      is_known = true;
    });
    if (!is_known) throw InputError("there is no \"" + given + "\"; docs/serve.md lists what there is");
  }
}

std::vector<SessionConfig> sessions_of(const toml::node& node) {
  const toml::array* const tables = node.as_array();
  if (tables == nullptr) throw InputError("\"session\" must be tables, each below a line [[session]]");
  std::vector<SessionConfig> sessions;
  for (const toml::node& entry : *tables) {
    if (!entry.is_table()) throw InputError("\"session\" must be tables, each below a line [[session]]");
    override_by_table(
        sessions.emplace_back(), *entry.as_table(),
        [](auto& session, const auto& visit) { for_each_session_key(session, visit); }, "");
  }
  return sessions;
}

void override_by_file(ServeConfig& config, const toml::table& table) {
  override_by_table(
      config, table, [](auto& all, const auto& visit) { for_each_key(all, visit); }, kSession);
  if (const toml::node* const node = table.get(kSession)) config.sessions = sessions_of(*node);
}

void check_range(const char* key, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return;
  throw InputError(std::string(key) + " " + std::to_string(value) + ": must be from " + std::to_string(least) + " to " +
                   std::to_string(most));
}

// An endpoint ends with ":*" where any port will do: those never meet.
bool is_taken(const std::string& endpoint, std::set<std::string>& taken) {
  return !endpoint.empty() && !endpoint.ends_with(":*") && !taken.insert(endpoint).second;
}

void check_session(const SessionConfig& session, std::set<std::string>& names, std::set<std::string>& endpoints) {
  if (!is_session_name(session.name)) {
    throw InputError("[[session]] name \"" + session.name + "\": must be 1 to 32 letters, digits, - and _");
  }
  const std::string where = "[[session]] \"" + session.name + "\": ";
  if (!names.insert(session.name).second) throw InputError(where + "there are two of that name");
  if (session.zmq.empty())
    throw InputError(where + "give zmq, where its controls are published for its robot, such as tcp://127.0.0.1:6671");
  for (const std::string& endpoint : {session.zmq, session.zmq_json}) {
    if (is_taken(endpoint, endpoints)) throw InputError(where + endpoint + " is another's, too");
  }
  check_range((where + "camera").c_str(), session.camera, -1, kMostCameras);
  if (session.camera >= 0 && !session.replay.empty()) throw InputError(where + "camera and replay: give one source");
}

// Of what each session has for itself nothing may be given for all.
void check_sessions(const ServeConfig& config) {
  if (config.sessions.empty()) return;
  const ServeConfig plain;
  if (config.zmq != plain.zmq || !config.zmq_json.empty() || config.camera >= 0 || !config.replay.empty() ||
      !config.record.empty() || !config.stop_file.empty()) {
    throw InputError(
        "zmq, zmq_json, camera, replay, record and stop_file: with several sessions give them in each [[session]]");
  }
  if (config.allow_anonymous_stream) {
    throw InputError("--allow-anonymous-stream: there is no POST /stream for everyone with several sessions");
  }
  if (static_cast<std::int64_t>(config.sessions.size()) > config.session_limit()) {
    throw InputError(std::to_string(config.sessions.size()) + " sessions: at most " +
                     std::to_string(config.session_limit()) + " here, one a core; --max-sessions allows more");
  }
  std::set<std::string> names, endpoints;
  for (const SessionConfig& session : config.sessions) check_session(session, names, endpoints);
}

}  // namespace

void ServeConfig::override_by(const std::filesystem::path& file) {
  std::ifstream toml(file);
  if (!toml || !std::filesystem::is_regular_file(file)) {
    throw InputError("configuration \"" + file.string() + "\": no such file or not readable");
  }
  override_by(toml, file.string());
}

void ServeConfig::override_by(std::istream& toml, const std::string& name) {
  try {
    override_by_file(*this, toml::parse(toml));
  } catch (const InputError& error) {
    throw InputError("configuration \"" + name + "\": " + error.what());
  } catch (const toml::parse_error& error) {
    throw InputError("configuration \"" + name + "\" line " + std::to_string(error.source().begin.line) + ": " +
                     std::string(error.description()));
  }
}

void ServeConfig::check() const {
  constexpr std::int64_t kLastPort = 65535, kMostBody = 1 << 18, kMostConnections = 10'000, kMostRequests = 1'000'000,
                         kLongest = 3600, kMostMebibytes = 1 << 20, kLongestRecording = 24 * 3600;
  check_range("--port", port, 0, kLastPort);
  check_range("--camera", camera, -1, kMostCameras);
  check_range("--max-sessions", max_sessions, 0, kMostSessions);
  check_range("max_body_kib", max_body_kib, 1, kMostBody);
  check_range("max_frame_pixels", max_frame_pixels, 1, kMaxFramePixels);
  check_range("max_connections", max_connections, 1, kMostConnections);
  check_range("max_client_connections", max_client_connections, 1, kMostConnections);
  check_range("max_requests_per_s", max_requests_per_s, 1, kMostRequests);
  check_range("max_recording_mib", max_recording_mib, 1, kMostMebibytes);
  check_range("max_recording_s", max_recording_s, 1, kLongestRecording);
  check_range("client_timeout_s", client_timeout_s, 1, kLongest);
  if (engine != "mesh" && engine != "liveportrait")
    throw InputError("engine \"" + engine + "\": must be mesh or liveportrait");
  if (precision != "fp32" && precision != "fp16")
    throw InputError("precision \"" + precision + "\": must be fp32 or fp16");
  if (!is_ip_address(bind)) throw InputError("--bind \"" + bind + "\": not an IP address such as 127.0.0.1 or 0.0.0.0");
  if (camera >= 0 && !replay.empty()) throw InputError("--camera and --replay: give one source");
  if (loop && replay.empty() && sessions.empty()) throw InputError("--loop: give the clip with --replay");
  if (tls_cert.empty() != tls_key.empty()) throw InputError("--tls-cert and --tls-key: give both or none");
  check_sessions(*this);
}

std::int64_t ServeConfig::session_limit() const {
  return max_sessions > 0 ? max_sessions : std::max<std::int64_t>(1, std::thread::hardware_concurrency());
}

ServeConfig ServeConfig::of(const SessionConfig& session) const {
  ServeConfig config = *this;
  config.sessions.clear();
  config.zmq = session.zmq;
  config.zmq_json = session.zmq_json;
  if (!session.neutral.empty()) config.neutral = session.neutral;
  config.camera = session.camera;
  config.replay = session.replay;
  config.record = session.record;
  config.stop_file = session.stop_file;
  if (!session.profile.empty()) config.profile = session.profile;
  for (std::string* folder : {&config.recordings, &config.people}) {
    if (!folder->empty()) *folder = (std::filesystem::path(*folder) / session.name).string();
  }
  return config;
}

std::string ServeConfig::to_toml() const {
  toml::table table;
  for_each_key(*this, [&](const char* key, const auto& value) { table.insert(key, value); });
  toml::array tables;
  for (const SessionConfig& session : sessions) {
    toml::table entry;
    for_each_session_key(session, [&](const char* key, const auto& value) { entry.insert(key, value); });
    tables.push_back(std::move(entry));
  }
  if (!tables.empty()) table.insert(kSession, std::move(tables));
  std::ostringstream text;
  text << table;
  return text.str();
}

}  // namespace vividface
