/// A sample of the manifest, from JSON.
#pragma once

#include <guidedmixup/output/records.hpp>

#include "json_text.hpp"

namespace guidedmixup {

/// Throws JsonError that names the key that is absent, of another kind or out of range.
[[nodiscard]] SampleRecord sample_from_json(const OrderedJson& json);

}  // namespace guidedmixup
