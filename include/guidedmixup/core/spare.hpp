/// What the system would still give this process. Asked before libraries that end the whole process
/// when they are refused a thread or memory (TBB, GLib) are given work.
#pragma once

#include <cstddef>

namespace guidedmixup {

/// How many of `wanted` threads, the calling one among them, the process may have at a time. They
/// are started and ended again. At least 1.
[[nodiscard]] int spare_threads(int wanted);

/// Whether so many bytes of memory can be mapped now. They are given back.
[[nodiscard]] bool has_spare_memory(std::size_t bytes);

}  // namespace guidedmixup
