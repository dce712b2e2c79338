// How much memory the process may still take: the least of what the machine, its control groups and
// its limits leave. Also gives freed memory back.
#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>

#include <sys/resource.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <guidedmixup/core/memory_left.hpp>

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

// A file that holds one number. "max" and whatever else is no number.
std::optional<std::uint64_t> number_in(const fs::path& file) {
  std::ifstream stream(file);
  std::uint64_t number = 0;
  if (stream >> number) return number;
  return std::nullopt;
}

// The number after `key` in a file of such lines.
std::optional<std::uint64_t> number_after(const fs::path& file, const std::string& key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string word;
    std::uint64_t number = 0;
    if (words >> word >> number && word == key) return number;
  }
  return std::nullopt;
}

// What the two versions call the same things.
struct GroupFiles {
  const char* limit;
  const char* used;
  const char* cache;  // in memory.stat: page cache that was not used lately
};
constexpr GroupFiles kVersion2{"memory.max", "memory.current", "inactive_file"};
constexpr GroupFiles kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes",
                               "total_inactive_file"};

std::uint64_t left_in_group(const fs::path& group, const GroupFiles& files) {
  const auto limit = number_in(group / files.limit);
  const auto used = number_in(group / files.used);
  // The root group has no such files, and a version 2 group without a limit says "max".
  if (!limit || !used) return kNoLimit;
  const std::uint64_t cache = number_after(group / "memory.stat", files.cache).value_or(0);
  // Page cache counts as used, but the kernel drops it before it refuses memory.
  const std::uint64_t taken = *used - std::min(*used, cache);
  return *limit - std::min(*limit, taken);
}

// A group and all those above it up to `top`. Within a container the path may be that of the host,
// which is not there; then `top` alone is what can be seen.
std::uint64_t left_in_groups(const fs::path& top, const fs::path& group, const GroupFiles& files) {
  std::uint64_t left = left_in_group(top, files);
  fs::path place = top;
  for (const fs::path& name : group.relative_path()) {
    place /= name;
    left = std::min(left, left_in_group(place, files));
  }
  return left;
}

}  // namespace

std::uint64_t memory_left(const fs::path& root) {
  std::uint64_t left = kNoLimit;
  if (const auto kib = number_after(root / "proc/meminfo", "MemAvailable:")) left = *kib * 1024;
  // Lines of number:controllers:path; the number of version 2 is 0.
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const fs::path path = line.substr(second + 1);
    if (line.starts_with("0::")) {
      left = std::min(left, left_in_groups(root / "sys/fs/cgroup", path, kVersion2));
    } else if (controllers.find(",memory,") != std::string::npos) {
      left = std::min(left, left_in_groups(root / "sys/fs/cgroup/memory", path, kVersion1));
    }
  }
  return left;
}

std::uint64_t decode_budget(std::optional<std::uint64_t> asked) {
  if (asked) return *asked;
  std::uint64_t left = memory_left();
  // What the process may take at all (ulimit -v, -d), whatever it has taken.
  for (const auto resource : {RLIMIT_AS, RLIMIT_DATA}) {
    rlimit limit{};
    if (getrlimit(resource, &limit) == 0) left = std::min<std::uint64_t>(left, limit.rlim_cur);
  }
  // A quarter: the mixing itself, the listing, and other programs need the rest.
  return left / 4;
}

void give_back_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace guidedmixup
