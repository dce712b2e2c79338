/// A whole run as it was asked for, validated as far as that is possible without looking at files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <guidedmixup/dataset/listing.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/method/method.hpp>
#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/plan/plan.hpp>

namespace guidedmixup {

struct RunConfig {
  ListingRequest input;
  std::filesystem::path output;
  OutputMode mode = OutputMode::kFresh;
  std::vector<Method> methods;        ///< at least one, no two of equal parts or folder
  PlanConfig plan;                    ///< `samples` is filled from the listing
  LoadOptions load;                   ///< without a size: chosen from the inputs
  std::optional<ImageFormat> format;  ///< nothing: png when all inputs are, else jpg
  std::optional<int> quality;         ///< nothing: the format's default
  int threads = 1;
  /// Bytes that decoding may take at once, over all threads; nothing: a quarter of what is left.
  std::optional<std::uint64_t> decode_memory;
  std::string device = "cpu";
  bool fail_on_reject = false;
};

}  // namespace guidedmixup
