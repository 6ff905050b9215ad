#include "server/calibration_routes.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/error.h"
#include "server/access.h"
#include "server/by_address.h"
#include "server/session_path.h"

namespace vividface {
namespace {

namespace http = boost::beast::http;
using http::status;
using http::verb;
using Json = nlohmann::ordered_json;

constexpr std::string_view kPeople = "/people", kBelow = "/people/", kStep = "step=";

const char* word(CalibrationProgress progress) {
  switch (progress) {
    case CalibrationProgress::going_on:
      return "going on";
    case CalibrationProgress::done:
      return "done";
    case CalibrationProgress::failed:
      break;
  }
  return "failed";
}

std::string described(const LiveCalibration& calibration) {
  const LiveCalibration::State state = calibration.state();
  const SharedReference reference = calibration.in_force().reference;
  const Json step = state.step ? Json(name(*state.step)) : Json(nullptr);
  const Json json = {{"v", 1},
                     {"step", step},
                     {"progress", state.step ? word(state.progress) : "none"},
                     {"share", std::round(100 * state.share) / 100},
                     {"advice", state.advice},
                     {"in_force",
                      {{"neutral", reference != nullptr},
                       {"shut", reference && reference->lids.shut},
                       {"wide", reference && reference->lids.wide}}}};
  return json.dump();
}

RouteAnswer calibrate(const HttpRequest& request, LiveCalibration& calibration) {
  if (request.method() == verb::post) {
    const std::string_view query = query_of(request);
    const auto step = query.starts_with(kStep) ? calibration_step(query.substr(kStep.size())) : std::nullopt;
    if (!step) return {status::bad_request, "expected ?step=neutral, shut or wide"};
    calibration.begin(*step);
  } else if (request.method() == verb::delete_) {
    calibration.cancel();
  } else if (request.method() != verb::get) {
    return {status::method_not_allowed, "only GET, POST and DELETE"};
  }
  return {status::ok, described(calibration)};
}

std::string listed(const LiveCalibration& calibration, const People& people) {
  const Json json = {{"v", 1},
                     {"folder", people.has_folder()},
                     {"in_force", calibration.in_force().person},
                     {"people", people.names()}};
  return json.dump();
}

void keep(std::string_view name, LiveCalibration& calibration, const People& people) {
  const SharedReference reference = calibration.in_force().reference;
  if (!reference) throw InputError("there is no neutral face yet");
  people.keep(name, *reference);
  calibration.kept(reference, std::string(name));
}

HttpResponse answered(const HttpRequest& request, LiveCalibration& calibration, const People& people) {
  const auto text = [&](status code, const std::string& line) {
    return text_response(code, line, request.version(), request.keep_alive());
  };
  const std::string_view path = session_path(path_of(request)).path;
  if (path == kPeople) {
    if (request.method() != verb::get) return text(status::method_not_allowed, "only GET");
    return text(status::ok, listed(calibration, people));
  }
  const std::string_view name = path.substr(kBelow.size());
  if (request.method() == verb::put) {
    keep(name, calibration, people);
  } else if (request.method() == verb::post) {
    calibration.use(people.load(name), std::string(name));
  } else if (request.method() == verb::delete_) {
    people.forget(name);
  } else {
    return text(status::method_not_allowed, "only PUT, POST and DELETE");
  }
  return text(status::ok, listed(calibration, people));
}

}  // namespace

Route calibration_route(LiveCalibration& calibration) {
  return [&](const HttpRequest& request, std::string_view path) -> std::optional<RouteAnswer> {
    if (path != "/calibration") return std::nullopt;
    return calibrate(request, calibration);
  };
}

WaitingRoute people_routes(LiveCalibration& calibration, const People& people) {
  return {.has = [](std::string_view path) { return path == kPeople || path.starts_with(kBelow); },
          .answer =
              [&](const HttpRequest& request, bool is_operator) {
                return answer_by_address(request, is_operator, [&] { return answered(request, calibration, people); });
              }};
}

}  // namespace vividface
