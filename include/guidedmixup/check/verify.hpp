/// Checking an output against its manifest, and, deeply, against its sources.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <guidedmixup/core/reporter.hpp>

namespace guidedmixup {

struct VerifyRequest {
  std::filesystem::path output;           ///< of one method or of several
  bool deep = false;                      ///< recompute pairs, ratios and pixels from the sources
  std::optional<std::string> input_root;  ///< where the sources are, instead of the manifest's root
  int threads = 1;
  std::optional<std::uint64_t> decode_memory;  ///< as in RunConfig
};

struct VerifyResult {
  std::uint64_t outputs = 0;                   ///< folders with a manifest
  std::uint64_t samples = 0;                   ///< records checked
  std::uint64_t recomputed = 0;                ///< of these, recomputed from their sources
  std::uint64_t differences = 0;               ///< all, also those not listed
  std::vector<std::string> first_differences;  ///< at most kListedDifferences
};

inline constexpr std::size_t kListedDifferences = 100;

/// Throws RunError when there is nothing to check: no manifest, an unreadable one, a newer version,
/// or (deep) sources that are not where they should be.
VerifyResult verify(const VerifyRequest& request, Reporter& reporter, const StopFlag& stop);

}  // namespace guidedmixup
