#include <algorithm>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/run/output_place.hpp>

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

}  // namespace

bool lies_inside(const fs::path& place, const fs::path& folder) {
  const fs::path inner = resolved(place);
  const fs::path outer = resolved(folder);
  const auto [mismatch, ignored] =
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
  if (!fs::exists(fs::symlink_status(place, error))) return;
  throw UsageError(std::string(what) + " '" + printable(place.string()) + "' already exists; " +
                   std::string(advice));
}

}  // namespace guidedmixup
