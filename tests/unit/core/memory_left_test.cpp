#include <cstdio>
#include <limits>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <guidedmixup/core/memory_left.hpp>

#include "support/files.hpp"

using namespace guidedmixup;

namespace {
constexpr std::uint64_t kMiB = 1024 * 1024;
std::string mib(std::uint64_t count) { return std::to_string(count * kMiB) + "\n"; }
}  // namespace

TEST_CASE("without any of the files there is no limit") {
  const test::TemporaryFolder root;
  CHECK(memory_left(root.path()) == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("the machine's available memory is a limit") {
  const test::TemporaryFolder root;
  root.write("proc/meminfo", "MemTotal:  2048 kB\nMemAvailable:   1000 kB\nCached: 7 kB\n");
  CHECK(memory_left(root.path()) == 1000 * 1024);
}

TEST_CASE("version 2: the tightest of a group and those above it, page cache not counted") {
  const test::TemporaryFolder root;
  root.write("proc/meminfo", "MemAvailable: 4194304 kB\n");
  root.write("proc/self/cgroup", "0::/user/job\n");
  root.write("sys/fs/cgroup/user/memory.max", mib(1000));
  root.write("sys/fs/cgroup/user/memory.current", mib(900));
  root.write("sys/fs/cgroup/user/memory.stat", "anon 5\ninactive_file " + mib(600));
  root.write("sys/fs/cgroup/user/job/memory.max", "max\n");
  root.write("sys/fs/cgroup/user/job/memory.current", mib(5));
  CHECK(memory_left(root.path()) == 700 * kMiB);
  root.write("sys/fs/cgroup/user/job/memory.max", mib(100));
  CHECK(memory_left(root.path()) == 95 * kMiB);
  root.write("sys/fs/cgroup/user/job/memory.current", mib(101));
  CHECK(memory_left(root.path()) == 0);
}

TEST_CASE("version 1, and a path that only the host knows") {
  const test::TemporaryFolder root;
  root.write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/docker/abc\n");
  root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", mib(512));
  root.write("sys/fs/cgroup/memory/memory.usage_in_bytes", mib(300));
  root.write("sys/fs/cgroup/memory/memory.stat", "total_inactive_file " + mib(50));
  CHECK(memory_left(root.path()) == 262 * kMiB);
}

TEST_CASE(
    "the budget for decoding is what was asked for, else a quarter of what the process may take") {
  CHECK(decode_budget(5) == 5);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  std::puts("SKIPPED: a sanitizer takes more memory than the limit that this sets");
  return;
#endif
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_DATA, &before) == 0);
  rlimit limited = before;
  limited.rlim_cur = 512 * kMiB;
  REQUIRE(setrlimit(RLIMIT_DATA, &limited) == 0);
  const std::uint64_t budget = decode_budget(std::nullopt);
  REQUIRE(setrlimit(RLIMIT_DATA, &before) == 0);
  CHECK(budget <= 128 * kMiB);
  CHECK(budget > 0);
}
