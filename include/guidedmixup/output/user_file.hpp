/// Files that the user names, among files that are not ours.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace guidedmixup {

enum class ExistingFile { kKeep, kReplace };

/// Writes the file in one step, whole or not at all, and touches no other file on the way. Throws
/// RunError that names it: also when it is there and must be kept.
void write_user_file(const std::filesystem::path& file, std::string_view content,
                     ExistingFile existing);

/// Writes `folder`/`name`, such as "cat/a.jpg.npy", in one step, making the folders on the way;
/// takes the place of a file that is there. Below `folder` nothing is reached through a link.
/// False, and no file, when the file system takes no name of this length. Throws RunError. Safe to
/// use from several threads.
[[nodiscard]] bool write_file_below(const std::filesystem::path& folder, const std::string& name,
                                    std::string_view content);

/// Throws RunError that names the folder when no file can be made where `file` will be.
void try_folder_of(const std::filesystem::path& file);

}  // namespace guidedmixup
