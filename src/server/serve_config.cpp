#include "server/serve_config.h"

#include <toml++/toml.h>

#include <fstream>
#include <sstream>
#include <type_traits>

#include "base/error.h"
#include "camera/frame_source.h"
#include "server/ip_address.h"

namespace vividface {
namespace {

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
  visit("record", config.record);
  visit("stop_file", config.stop_file);
  visit("neutral", config.neutral);
  visit("models", config.models);
  visit("robot_image", config.robot_image);
  visit("wrinkles", config.wrinkles);
  visit("safety", config.safety);
  visit("max_body_kib", config.max_body_kib);
  visit("max_frame_pixels", config.max_frame_pixels);
  visit("max_connections", config.max_connections);
  visit("max_client_connections", config.max_client_connections);
  visit("max_requests_per_s", config.max_requests_per_s);
  visit("client_timeout_s", config.client_timeout_s);
}

template <typename Value>
const char* type_name() {
  if (std::is_same_v<Value, bool>) return "true or false";
  return std::is_same_v<Value, std::string> ? "a text" : "a whole number";
}

void override_by_table(ServeConfig& config, const toml::table& table) {
  std::size_t known = 0;
  for_each_key(config, [&](const char* key, auto& value) {
    using Value = std::remove_reference_t<decltype(value)>;
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    ++known;
    const auto given = node->value_exact<Value>();
    if (!given) throw InputError("\"" + std::string(key) + "\" must be " + type_name<Value>());
    value = *given;
  });
  if (known == table.size()) return;
  for (const auto& entry : table) {
    const std::string given(entry.first.str());
    bool is_known = false;
    for_each_key(config, [&](const char* key, const auto&) { is_known = is_known || given == key; });
    if (!is_known) throw InputError("there is no \"" + given + "\"; docs/serve.md lists what there is");
  }
}

void check_range(const char* key, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return;
  throw InputError(std::string(key) + " " + std::to_string(value) + ": must be from " + std::to_string(least) + " to " +
                   std::to_string(most));
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
    override_by_table(*this, toml::parse(toml));
  } catch (const InputError& error) {
    throw InputError("configuration \"" + name + "\": " + error.what());
  } catch (const toml::parse_error& error) {
    throw InputError("configuration \"" + name + "\" line " + std::to_string(error.source().begin.line) + ": " +
                     std::string(error.description()));
  }
}

void ServeConfig::check() const {
  constexpr std::int64_t kLastPort = 65535, kMostBody = 1 << 18, kMostConnections = 10'000, kMostRequests = 1'000'000,
                         kLongest = 3600;
  check_range("--port", port, 0, kLastPort);
  check_range("--camera", camera, -1, 1000);
  check_range("max_body_kib", max_body_kib, 1, kMostBody);
  check_range("max_frame_pixels", max_frame_pixels, 1, kMaxFramePixels);
  check_range("max_connections", max_connections, 1, kMostConnections);
  check_range("max_client_connections", max_client_connections, 1, kMostConnections);
  check_range("max_requests_per_s", max_requests_per_s, 1, kMostRequests);
  check_range("client_timeout_s", client_timeout_s, 1, kLongest);
  if (!is_ip_address(bind)) throw InputError("--bind \"" + bind + "\": not an IP address such as 127.0.0.1 or 0.0.0.0");
  if (camera >= 0 && !replay.empty()) throw InputError("--camera and --replay: give one source");
  if (tls_cert.empty() != tls_key.empty()) throw InputError("--tls-cert and --tls-key: give both or none");
}

std::string ServeConfig::to_toml() const {
  toml::table table;
  for_each_key(*this, [&](const char* key, const auto& value) { table.insert(key, value); });
  std::ostringstream text;
  text << table;
  return text.str();
}

}  // namespace vividface
