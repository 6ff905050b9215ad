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

void show(const std::string& session, const std::string& link) {
  std::cout << fmt::format("phones{}: {}\n{}", session.empty() ? "" : " of " + session, link, qr_for_terminal(link));
}

}  // namespace

ServePages::ServePages() : shared_(std::make_shared<Shared>()) { shared_->pages = find_pages(); }

void ServePages::add_to(HttpServerOptions& options, HttpActions& actions) const {
  if (!shared_->pages) return;
  options.access.is_page = [shared = shared_](std::string_view path) { return shared->pages->has(path); };
  options.access.may_pair = [shared = shared_](std::string_view session, std::string_view code) {
    const Pairing* const pairing = shared->pairing(session);
    return pairing != nullptr && pairing->takes(code);
  };
  actions.page = [shared = shared_](const HttpRequest& request, bool is_operator) {
    return shared->answer(request, is_operator);
  };
}

void ServePages::listens(const HttpServerOptions& options, std::uint16_t port, const std::vector<std::string>& sessions,
                         bool at_terminal) const {
  if (!shared_->pages) return;
  if (at_terminal) std::cout << fmt::format("dashboard: http://127.0.0.1:{}/\n", port);
  for (const std::string& session : sessions) {
    std::unique_ptr<Pairing> pairing = phone_pairing(options, port, session);
    if (!pairing) continue;
    const std::lock_guard lock(shared_->mutex);
    Shared::Phones& phones = shared_->phones[session];
    phones.pairing = std::move(pairing);
    if (at_terminal) show(session, phones.on_terminal = phones.pairing->link());
  }
  std::cout << std::flush;
}

void ServePages::look() const {
  const std::lock_guard lock(shared_->mutex);
  for (auto& [session, phones] : shared_->phones) {
    const std::string link = phones.pairing->link();
    if (phones.on_terminal.empty() || phones.on_terminal == link) continue;
    phones.on_terminal = link;
    std::cout << "a phone has come in; for the next one:\n";
    show(session, link);
    std::cout << std::flush;
  }
}

std::optional<HttpResponse> ServePages::Shared::answer(const HttpRequest& request, bool is_operator) {
  if (asks_to_pair(request)) return pair(request);
  return session_path(path_of(request)).path == "/qr.svg" ? std::optional(qr(request, is_operator))
                                                          : pages->answer(request);
}

Pairing* ServePages::Shared::pairing(std::string_view session) {
  const std::lock_guard lock(mutex);
  const auto found = phones.find(session);
  return found == phones.end() ? nullptr : found->second.pairing.get();
}

HttpResponse ServePages::Shared::pair(const HttpRequest& request) {
  Pairing* const pairing_of = pairing(session_path(path_of(request)).session);
  const auto token = pairing_of != nullptr ? pairing_of->pair(shown_token(request)) : std::nullopt;
  if (!token) return refusal({http::status::unauthorized, "this code is none"}, request.keep_alive());
  return text_response(http::status::ok, *token, request.version(), request.keep_alive());
}

// Who has the code may come in: only for who is here, and for no page whose name was made to point here.
HttpResponse ServePages::Shared::qr(const HttpRequest& request, bool is_operator) {
  if (!is_operator || !is_by_address(request)) {
    return refusal({http::status::forbidden, "only from the machine that serves"}, request.keep_alive());
  }
  const Pairing* const phones_of = pairing(session_path(path_of(request)).session);
  if (phones_of == nullptr) {
    return refusal({http::status::not_found, "phones cannot get in: see --bind"}, request.keep_alive());
  }
  HttpResponse response(http::status::ok, request.version());
  response.keep_alive(request.keep_alive());
  response.set(http::field::content_type, "image/svg+xml");
  response.set(http::field::cache_control, "no-store");
  set_page_headers(response);
  response.body() = qr_svg(phones_of->link());
  response.prepare_payload();
  return response;
}

}  // namespace vividface
