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

void refuse_output_inside(const fs::path& output, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    if (lies_inside(output, input)) {
      throw UsageError("the output '" + printable(output.string()) + "' lies inside the input '" +
                       printable(input) + "'; choose a folder elsewhere");
    }
  }
}

}  // namespace guidedmixup
