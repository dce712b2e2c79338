#include <algorithm>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/run/output_place.hpp>

namespace guidedmixup {

namespace fs = std::filesystem;

bool lies_inside(const fs::path& place, const fs::path& folder) {
  const fs::path inner = fs::weakly_canonical(fs::absolute(place));
  const fs::path outer = fs::weakly_canonical(fs::absolute(folder));
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
