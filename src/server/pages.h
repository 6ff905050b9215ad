#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "server/http_routes.h"

namespace vividface {

/// The web pages. Their files are read once, so that no request can name any other.
class Pages {
 public:
  /// The files below `folder`: index.html as `/`, phone.html as `/phone`, all others by their path. `x.gz` beside `x`
  /// goes to clients that take it. All are below /s/NAME of a session as well. Throws InputError when there is no
  /// index.html or a file cannot be read.
  explicit Pages(const std::filesystem::path& folder);

  bool has(std::string_view path) const { return found_at(path) != files_.end(); }
  /// The file that a GET asks for, 304 when the client has it already; nothing where there is none.
  std::optional<HttpResponse> answer(const HttpRequest& request) const;

 private:
  struct File {
    std::string type, etag, body, gzip;  // gzip: empty where there is none
    bool is_immutable = false;           // its name holds a hash of what is in it
  };

  using Files = std::map<std::string, File, std::less<>>;

  static File read(const std::filesystem::path& file);
  Files::const_iterator found_at(std::string_view path) const;

  Files files_;
};

/// What every page says of itself: nothing from elsewhere, and in nobody's frame.
void set_page_headers(HttpResponse& response);

}  // namespace vividface
