/// The real photographs and golden cases that lie beside a developer's checkout in ../shared. They
/// are not part of the repository: a test that needs them says aloud that it is skipped.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace guidedmixup::test {

/// ../shared/RELATIVE, or nothing after a line on standard error that names what is skipped.
[[nodiscard]] std::optional<std::filesystem::path> shared_data(const std::string& relative);

/// The root of this checkout.
[[nodiscard]] std::filesystem::path source_folder();

}  // namespace guidedmixup::test
