/// A run's description as JSON, and back.
#pragma once

#include <guidedmixup/output/description.hpp>

#include "json_text.hpp"

namespace guidedmixup {

[[nodiscard]] OrderedJson method_json(const MethodDescription& method);
[[nodiscard]] OrderedJson config_json(const RunDescription& run);
[[nodiscard]] OrderedJson image_json(const RunDescription& run);

/// The text of plan.json.
[[nodiscard]] std::string plan_text(const RunDescription& run);

/// Where two JSON documents differ first, as "config.seed is 0 in the plan, 1 in this run",
/// printable; "" when they agree.
[[nodiscard]] std::string first_difference(const OrderedJson& plan, const OrderedJson& other,
                                           std::string_view where);

/// Reads the part of a manifest header that describes the run. Throws JsonError that names the key
/// that is absent, of another kind, or out of the range that the options are held to.
[[nodiscard]] RunDescription description_from_json(const OrderedJson& header);

}  // namespace guidedmixup
