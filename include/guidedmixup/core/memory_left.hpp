/// How much more memory this process may take, and giving back what it no longer needs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace guidedmixup {

/// What the machine has available and what the process's control group and those above it (version
/// 2, or 1) leave it, whichever is least. Page cache that was not used lately counts as free: the
/// kernel gives it up. `root` is "/" but in tests; what is not there or not understood is no limit.
[[nodiscard]] std::uint64_t memory_left(const std::filesystem::path& root = "/");

/// What all decoding may hold at once: what was asked for, or a quarter of what is left now.
[[nodiscard]] std::uint64_t decode_budget(std::optional<std::uint64_t> asked);

/// Gives freed memory back to the system, which the allocator would keep for the thread that freed
/// it.
void give_back_memory();

}  // namespace guidedmixup
