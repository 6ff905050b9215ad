#pragma once

#include "server/http_routes.h"
#include "server/live_calibration.h"
#include "server/people.h"

namespace vividface {

/// What clients may do with the calibration, which must outlive it:
///   GET /calibration              → how far the last step is, and what is in force, as JSON
///   POST /calibration?step=STEP   begins neutral, shut or wide → as for GET; 400 for another step
///   DELETE /calibration           ends it: what was in force stays → as for GET
Route calibration_route(LiveCalibration& calibration);

/// What clients may do with the people who are kept, both of which must outlive it:
///   GET /people           → their names, and who is in force, as JSON
///   PUT /people/NAME      keeps what is in force under that name
///   POST /people/NAME     what was kept under that name is in force from the next frame on
///   DELETE /people/NAME   forgets it
/// Each → as for GET; 409 with the reason when it cannot be done. As for recordings the service must be named by an
/// address.
WaitingRoute people_routes(LiveCalibration& calibration, const People& people);

}  // namespace vividface
