/// The text of a configuration file, before it is parsed.
#pragma once

#include <string>
#include <string_view>

namespace guidedmixup {

/// All of `file`, which may be a pipe, at most 1 MiB. Throws UsageError that names it when it
/// cannot be read, is a folder or is larger (as /dev/zero is).
[[nodiscard]] std::string read_config(const std::string& file);

/// The number of the first line on which tables, arrays or the parts of a key are nested deeper
/// than any configuration's, 0 when there is none. The parser's own limit does not hold for keys
/// a.a.a and so on, whose tables overflow the stack when they are destroyed.
[[nodiscard]] int line_nested_too_deep(std::string_view toml);

}  // namespace guidedmixup
