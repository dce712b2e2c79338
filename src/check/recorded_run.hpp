/// What a manifest's header says of a run, in the types that repeat it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/output/description.hpp>
#include <guidedmixup/plan/plan.hpp>

namespace guidedmixup {

/// A value of the manifest's config. Throws RunError when it is missing or of another type.
template <typename T>
[[nodiscard]] T recorded_value(const RunDescription& run, std::string_view name) {
  const ConfigValue* value = find_config(run, name);
  const T* typed = value == nullptr ? nullptr : std::get_if<T>(value);
  if (typed != nullptr) return *typed;
  throw RunError("the manifest lacks config." + std::string(name) +
                 " or holds another kind of value there");
}

/// What the run's plan depends on; how it loaded its sources, and how it wrote its outputs. Throw
/// RunError like recorded_value.
[[nodiscard]] PlanConfig recorded_plan(const RunDescription& run);
[[nodiscard]] LoadOptions recorded_load_options(const RunDescription& run);
[[nodiscard]] EncodeOptions recorded_encode_options(const RunDescription& run);

/// The bytes of an image of the output. Errors also when it is no regular file, or larger than any
/// image of the recorded size.
[[nodiscard]] Result<ByteBuffer> output_bytes(const std::filesystem::path& output,
                                              const std::string& file_name,
                                              const RunDescription& run);

}  // namespace guidedmixup
