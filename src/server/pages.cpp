#include "server/pages.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "server/access.h"
#include "server/session_path.h"

namespace vividface {
namespace {

namespace http = boost::beast::http;
namespace fs = std::filesystem;

// Nothing from anywhere else, and nothing in line; the camera for the phone page alone.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr const char* kPermissions =
    "camera=(self), screen-wake-lock=(self), microphone=(), geolocation=(), display-capture=()";

std::string type_of(const fs::path& file) {
  constexpr std::array<std::pair<std::string_view, const char*>, 8> kTypes = {{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".json", "application/json"},
      {".glb", "model/gltf-binary"},
      {".txt", "text/plain; charset=utf-8"},
  }};
  for (const auto& [extension, type] : kTypes) {
    if (file.extension() == extension) return type;
  }
  return "application/octet-stream";
}

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw InputError("page \"" + file.string() + "\" cannot be read");
  return bytes;
}

std::string tag(const std::string& body) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data());
  constexpr std::ptrdiff_t kBytes = 8;
  return fmt::format("\"{:02x}\"", fmt::join(digest.begin(), digest.begin() + kBytes, ""));
}

std::string path_of_file(const fs::path& relative) {
  if (relative == "index.html") return "/";
  if (relative == "phone.html") return "/phone";
  return "/" + relative.generic_string();
}

bool takes_gzip(const HttpRequest& request) {
  return http::token_list(request[http::field::accept_encoding]).exists("gzip");
}

}  // namespace

void set_page_headers(HttpResponse& response) {
  response.set("Content-Security-Policy", kContentSecurityPolicy);
  response.set("Permissions-Policy", kPermissions);
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
}

Pages::Pages(const fs::path& folder) {
  if (!fs::is_regular_file(folder / "index.html")) {
    throw InputError("\"" + folder.string() + "\" holds no pages: there is no index.html");
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".gz") continue;
    const fs::path relative = entry.path().lexically_relative(folder);
    File file = read(entry.path());
    file.is_immutable = *relative.begin() == "assets";
    files_.emplace(path_of_file(relative), std::move(file));
  }
}

Pages::File Pages::read(const fs::path& file) {
  File page{.type = type_of(file), .etag = {}, .body = content(file), .gzip = {}};
  page.etag = tag(page.body);
  const fs::path gzip = file.string() + ".gz";
  if (fs::is_regular_file(gzip)) page.gzip = content(gzip);
  return page;
}

Pages::Files::const_iterator Pages::found_at(std::string_view path) const {
  return files_.find(session_path(path).path);
}

std::optional<HttpResponse> Pages::answer(const HttpRequest& request) const {
  const auto found = request.method() == http::verb::get ? found_at(path_of(request)) : files_.end();
  if (found == files_.end()) return std::nullopt;
  const File& file = found->second;
  const bool is_known = request[http::field::if_none_match] == file.etag;
  HttpResponse response(is_known ? http::status::not_modified : http::status::ok, request.version());
  response.keep_alive(request.keep_alive());
  response.set(http::field::etag, file.etag);
  response.set(http::field::cache_control, file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.set(http::field::vary, "Accept-Encoding");
  set_page_headers(response);
  if (!is_known) {
    const bool gzip = !file.gzip.empty() && takes_gzip(request);
    response.set(http::field::content_type, file.type);
    if (gzip) response.set(http::field::content_encoding, "gzip");
    response.body() = gzip ? file.gzip : file.body;
    response.prepare_payload();
  }
  return response;
}

}  // namespace vividface
