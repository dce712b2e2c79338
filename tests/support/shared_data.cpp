#include "support/shared_data.hpp"

#include <cstdio>

namespace guidedmixup::test {

std::filesystem::path source_folder() { return GUIDEDMIXUP_SOURCE_DIR; }

std::optional<std::filesystem::path> shared_data(const std::string& relative) {
  const std::filesystem::path path = source_folder().parent_path() / "shared" / relative;
  if (std::filesystem::exists(path)) return path;
  std::fprintf(stderr, "SKIPPED: needs ../shared/%s, which is not here\n", relative.c_str());
  return std::nullopt;
}

}  // namespace guidedmixup::test
