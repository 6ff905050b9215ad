#pragma once

#include "server/http_routes.h"
#include "server/profile_store.h"

namespace vividface {

/// What clients may do with the profile (docs/profiles.md); `store` must outlive it:
///   GET /profile           → what is in force, as JSON
///   PUT, POST /profile     a profile as JSON, or as application/toml → in force, and answered as for GET
///   GET /profile.toml      → the same as a file
///   POST /profile/save     → written to the file of --profile; 409 where there is none
///   GET /profile/choices   → regions, controls, limits and presets, which stay the same
/// A profile that is none is refused with 400, one that is too large with 413.
Route profile_routes(ProfileStore& store);

}  // namespace vividface
