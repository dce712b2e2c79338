// Places are compared as paths without links, component by component. Neither need exist: an output
// is about to be made.
#include <algorithm>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/output_file.hpp>
#include <guidedmixup/output/output_place.hpp>

#include "output_files.hpp"

namespace guidedmixup {

namespace fs = std::filesystem;

namespace {

// Without links. A loop of links, for one, leads nowhere.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path place = fs::absolute(path, error);
  if (!error) place = fs::weakly_canonical(place, error);
  if (error) {
    throw UsageError("cannot follow the path '" + printable(path.string()) +
                     "': " + error.message());
  }
  return place;
}

// What lies in a folder, in order; nothing when it is absent.
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) return {};
  if (!error && !fs::is_directory(status)) {
    throw UsageError("the output '" + printable(folder.string()) + "' is not a folder");
  }
  std::vector<fs::directory_entry> entries;
  do {  // once more when a signal interrupts it
    entries.clear();
    fs::directory_iterator entry(folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
      entries.push_back(*entry);
    }
  } while (error == std::errc::interrupted);
  if (error) throw system_error("cannot read the folder", folder.string(), error.value());
  // So that messages name the same entry everywhere.
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code error;
  // A link to a folder is none: it may lead anywhere.
  return entry.symlink_status(error).type() == fs::file_type::directory;
}

bool is_plan(const fs::directory_entry& entry) { return entry.path().filename() == kPlanFile; }

// A run of one method would write beside the folders of a former run's methods.
void refuse_beside_methods(const fs::path& output) {
  std::string names;
  for (const fs::directory_entry& entry : entries_of(output)) {
    const std::string name = entry.path().filename().string();
    if (is_folder(entry) && has_output_file(output, name + "/" + std::string(kPlanFile))) {
      names += (names.empty() ? "'" : ", '") + printable(name) + "'";
    }
  }
  if (names.empty()) return;
  throw UsageError("the output folder '" + printable(output.string()) +
                   "' holds a run with several methods, in " + names +
                   "; give all of them again, each with --method, or choose another folder");
}

}  // namespace

bool lies_inside(const fs::path& place, const fs::path& folder) {
  const fs::path inner = resolved(place);
  const fs::path outer = resolved(folder);
  const auto [mismatch, ignored] =
      // By components: "/a/bc" is not inside "/a/b".
      std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return mismatch == outer.end();
}

void refuse_inside(std::string_view what, const fs::path& place, std::string_view role,
                   const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    if (lies_inside(place, folder)) {
      throw UsageError(std::string(what) + " '" + printable(place.string()) + "' lies inside " +
                       std::string(role) + " '" + printable(folder) + "'; choose another place");
    }
  }
}

void refuse_existing(std::string_view what, const fs::path& place, std::string_view advice) {
  std::error_code error;  // what cannot be looked at cannot be written either; writing says why
  // The link itself counts: writing through one that leads nowhere would make a file elsewhere.
  if (!fs::exists(fs::symlink_status(place, error))) return;
  throw UsageError(std::string(what) + " '" + printable(place.string()) + "' already exists; " +
                   std::string(advice));
}

// One method writes into the output itself, several into a folder each. The two layouts must not
// mix, or a reader would find a manifest that speaks for a part.
std::vector<fs::path> method_folders(const fs::path& output,
                                     const std::vector<std::string>& names) {
  if (names.size() == 1) {
    refuse_beside_methods(output);
    return {output};
  }
  const std::vector<fs::directory_entry> entries = entries_of(output);
  const std::string place = "the output folder '" + printable(output.string()) + "' holds ";
  if (std::any_of(entries.begin(), entries.end(), is_plan)) {
    throw UsageError(
        place + "a run with one method; give only that --method again, or choose another folder");
  }
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw UsageError(place + "'" + printable(name) +
                       "', which is no folder of this run's methods; give all methods of the run "
                       "that wrote it, each with --method, or choose another folder");
    }
    if (entry.is_symlink()) {
      throw UsageError("'" + printable(entry.path().string()) +
                       "' is a symbolic link; only the output folder itself may be one");
    }
  }
  std::vector<fs::path> folders;
  folders.reserve(names.size());
  for (const std::string& name : names) folders.push_back(output / name);
  return folders;
}

}  // namespace guidedmixup
