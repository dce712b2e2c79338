#include "output_place.hpp"

#include <algorithm>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup {

namespace fs = std::filesystem;

void refuse_output_inside(const fs::path& output, const std::vector<std::string>& inputs) {
  const fs::path inner = fs::weakly_canonical(fs::absolute(output));
  for (const std::string& input : inputs) {
    const fs::path outer = fs::weakly_canonical(fs::absolute(input));
    const auto [mismatch, ignored] =
        std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
    if (mismatch == outer.end()) {
      throw UsageError("the output '" + printable(output.string()) + "' lies inside the input '" +
                       printable(input) + "'; choose a folder elsewhere");
    }
  }
}

}  // namespace guidedmixup
