#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/http_server.h"
#include "server/pages.h"
#include "server/pairing.h"

namespace vividface {

/// The pages of 'serve', and the code that a phone scans to get there.
class ServePages {
 public:
  /// The pages that were built or installed with the program; without them it goes on and says so in the log.
  ServePages();

  /// Lets clients ask for pages. Keeps what it needs of this object.
  void add_to(HttpServerOptions& options, HttpActions& actions) const;
  /// Once the server listens: GET /qr.svg has the link for phones, and people at a terminal are told where the pages
  /// are.
  /// `sessions`: their names; one that is empty where there is but one.
  void listens(const HttpServerOptions& options, std::uint16_t port, const std::vector<std::string>& sessions,
               bool at_terminal) const;
  /// To be called now and then: shows people at a terminal the link for the next phone once one has come in.
  void look() const;

 private:
  struct Shared {
    std::optional<Pages> pages;
    std::mutex mutex;
    struct Phones {
      std::unique_ptr<Pairing> pairing;
      std::string on_terminal;  // the link that is shown there; empty: none is
    };
    std::map<std::string, Phones, std::less<>> phones;  // by session; those whom phones can get in to

    std::optional<HttpResponse> answer(const HttpRequest& request, bool is_operator);
    HttpResponse qr(const HttpRequest& request, bool is_operator);
    HttpResponse pair(const HttpRequest& request);
    Pairing* pairing(std::string_view session);  // null: none
  };

  std::shared_ptr<Shared> shared_;
};

}  // namespace vividface
