// Files outside of an output (a report, a contact sheet, a saliency map), written with the same
// care: whole or not at all, by way of a temporary name.
#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/user_file.hpp>

#include "files.hpp"
#include "folder.hpp"

namespace guidedmixup {

namespace fs = std::filesystem;

void write_user_file(const fs::path& file, std::string_view content, ExistingFile existing) {
  const Folder folder(file.parent_path());
  NewFile written(folder, file.filename().string());
  written.append(content);
  written.commit(existing);
}

bool write_file_below(const fs::path& folder, const std::string& name, std::string_view content) {
  // The name comes from the sources, whose paths anybody may have chosen: each part is checked and
  // opened by itself, so that no ".." and no link leads out of the folder.
  Folder place(folder);
  std::string_view rest = name;
  for (;;) {
    const std::size_t slash = rest.find('/');
    const std::string part(rest.substr(0, slash));
    if (!is_entry_name(part)) {
      throw RunError("'" + printable(name) + "' is not the name of a file below '" +
                     printable(folder.string()) + "'");
    }
    // An image's name may be as long as the file system allows, and that of its map is longer. This
    // concerns one sample; any other failure concerns the storage.
    if (!place.takes_name(part)) return false;
    if (slash == std::string_view::npos) break;
    place = place.made_folder(part);
    rest.remove_prefix(slash + 1);
  }
  NewFile written(place, std::string(rest));
  written.append(content);
  written.commit(ExistingFile::kReplace);
  return true;
}

// Asked before the work, so that its report can be written at the end.
void try_folder_of(const fs::path& file) {
  const Folder folder(file.parent_path());
  try {
    // Made and removed again. Permissions alone do not tell whether a file can be made: a storage
    // may be full, or read-only.
    const NewFile written(folder, file.filename().string());
  } catch (const RunError& error) {
    throw RunError("cannot write to the folder '" + printable(folder.path().string()) +
                   "': " + error.what());
  }
}

}  // namespace guidedmixup
