/// Where a run may write.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace guidedmixup {

/// Is `place` the folder or something below it, links followed? Throws UsageError when they lead
/// nowhere, as in a loop.
[[nodiscard]] bool lies_inside(const std::filesystem::path& place,
                               const std::filesystem::path& folder);

/// Throws UsageError when `place` is one of these folders or lies below one. The message calls them
/// by their roles: "the report" lies inside "the input".
void refuse_inside(std::string_view what, const std::filesystem::path& place, std::string_view role,
                   const std::vector<std::string>& folders);

/// Throws UsageError when anything has this name already, be it a link that leads nowhere. `advice`
/// says what the user can do.
void refuse_existing(std::string_view what, const std::filesystem::path& place,
                     std::string_view advice);

/// The output folder of each method: `output` itself for one, a folder below it of each name for
/// several. Throws UsageError when `output` holds anything that such a run does not write, as the
/// output of a run with other methods.
[[nodiscard]] std::vector<std::filesystem::path> method_folders(
    const std::filesystem::path& output, const std::vector<std::string>& names);

}  // namespace guidedmixup
