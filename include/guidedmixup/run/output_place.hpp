/// Where a run may write.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace guidedmixup {

/// Is `place` the folder or something below it, links followed? Throws UsageError when they lead
/// nowhere, as in a loop.
[[nodiscard]] bool lies_inside(const std::filesystem::path& place,
                               const std::filesystem::path& folder);

/// Throws UsageError when `output` is one of the input folders or lies below one.
void refuse_output_inside(const std::filesystem::path& output,
                          const std::vector<std::string>& inputs);

}  // namespace guidedmixup
