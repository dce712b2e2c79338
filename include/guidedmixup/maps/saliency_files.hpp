/// Saliency maps of images as files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <guidedmixup/core/reporter.hpp>
#include <guidedmixup/image_io/decode.hpp>

namespace guidedmixup {

enum class MapFormat {
  kNpy,      ///< float32, sum 1
  kPng16,    ///< 16-bit grey, scaled so that the largest value is 65535
  kHeatMap,  ///< 8-bit RGB for the eye, scaled to the largest value
};

struct SaliencyRequest {
  std::vector<std::string> inputs;  ///< folders or image files
  std::filesystem::path output;     ///< absent or empty
  std::string saliency;             ///< NAME[:key=value,...]
  MapFormat format = MapFormat::kNpy;
  LoadOptions load;
  int threads = 1;
  std::optional<std::uint64_t> decode_memory;  ///< as in RunConfig
};

struct SaliencyResult {
  std::uint64_t written = 0;
  std::vector<std::string> rejects;  ///< "path: message", in listing order
};

/// Writes `OUTPUT/<relative path>.npy` (or .png) for each image. Throws UsageError, RunError and
/// Cancelled.
SaliencyResult write_saliency_files(const SaliencyRequest& request, Reporter& reporter,
                                    const StopFlag& stop);

}  // namespace guidedmixup
