#include "app/serve_pages.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <iostream>

#include "base/error.h"
#include "base/resources.h"
#include "server/access.h"
#include "server/phone_link.h"
#include "server/qr_code.h"
#include "server/session_path.h"

namespace vividface {
namespace {

namespace http = boost::beast::http;

std::optional<Pages> find_pages() {
  const std::filesystem::path built(VIVIDFACE_PAGES);
  try {
    return Pages(std::filesystem::exists(built) ? built : resource("pages"));
  } catch (const InputError& error) {
    spdlog::warn("no web pages: {}", error.what());
    return std::nullopt;
  }
}

}  // namespace

ServePages::ServePages() : shared_(std::make_shared<Shared>()) { shared_->pages = find_pages(); }

void ServePages::add_to(HttpServerOptions& options, HttpActions& actions) const {
  if (!shared_->pages) return;
  options.access.is_page = [shared = shared_](std::string_view path) { return shared->pages->has(path); };
  actions.page = [shared = shared_](const HttpRequest& request, bool is_operator) {
    return shared->answer(request, is_operator);
  };
}

void ServePages::listens(const HttpServerOptions& options, std::uint16_t port, const std::vector<std::string>& sessions,
                         bool at_terminal) const {
  if (!shared_->pages) return;
  if (at_terminal) std::cout << fmt::format("dashboard: http://127.0.0.1:{}/\n", port);
  for (const std::string& session : sessions) {
    std::optional<std::string> link = phone_link(options, port, session);
    if (!link) continue;
    if (at_terminal) {
      std::cout << fmt::format("phones{}: {}\n{}", session.empty() ? "" : " of " + session, *link,
                               qr_for_terminal(*link));
    }
    const std::lock_guard lock(shared_->mutex);
    shared_->links.emplace(session, *std::move(link));
  }
  std::cout << std::flush;
}

std::optional<HttpResponse> ServePages::Shared::answer(const HttpRequest& request, bool is_operator) {
  return session_path(path_of(request)).path == "/qr.svg" ? std::optional(qr(request, is_operator))
                                                          : pages->answer(request);
}

// The code holds the token: only for who is here, and for no page whose name was made to point here.
HttpResponse ServePages::Shared::qr(const HttpRequest& request, bool is_operator) {
  if (!is_operator || !is_by_address(request)) {
    return refusal({http::status::forbidden, "only from the machine that serves"}, request.keep_alive());
  }
  const std::lock_guard lock(mutex);
  const auto link = links.find(session_path(path_of(request)).session);
  if (link == links.end()) {
    return refusal({http::status::not_found, "phones cannot get in: see --bind"}, request.keep_alive());
  }
  HttpResponse response(http::status::ok, request.version());
  response.keep_alive(request.keep_alive());
  response.set(http::field::content_type, "image/svg+xml");
  response.set(http::field::cache_control, "no-store");
  set_page_headers(response);
  response.body() = qr_svg(link->second);
  response.prepare_payload();
  return response;
}

}  // namespace vividface
