/// From an output folder to the rows of its contact sheet.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <guidedmixup/core/parallel.hpp>
#include <guidedmixup/preview/contact_sheet.hpp>

namespace guidedmixup {

struct SheetRequest {
  /// Where the sources lie now; nothing: where the manifest says.
  std::optional<std::string> input_root;
  int rows = 6;  ///< of each method, at least 1; fewer when the output has fewer samples
  /// The file that the caller will write the sheet to; refused among the sources.
  std::optional<std::filesystem::path> picture = std::nullopt;
  ParallelFor parallel = serial_for;  ///< over the sources of a mini-batch
};

/// Reads `output`, of one method or of several (one section for each), and picks mixed samples
/// spread evenly over it; unmixed ones when there are no others. The mini-batch of each is made
/// again from its sources, whole, so that maps and masks are those of the run; the mixed image is
/// the file itself. Throws UsageError when the picture would lie among the sources; RunError that
/// names the file when a source or an output cannot be read, and when the manifest is not as it
/// should be.
[[nodiscard]] ContactSheet read_contact_sheet(const std::filesystem::path& output,
                                              const SheetRequest& request);

}  // namespace guidedmixup
