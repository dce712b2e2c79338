// Texts that differ to a computer and not to a reader.
#pragma once

#include <string>
#include <string_view>

namespace guidedmixup::dataset {

/// The composed form (NFC): equal for all spellings of the same letters. A text that is not UTF-8
/// stays as it is.
[[nodiscard]] std::string composed(std::string_view text);

/// The composed form without the difference of upper and lower case.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace guidedmixup::dataset
