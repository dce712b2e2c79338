#include "running_options.hpp"

#include "numbers.hpp"

namespace guidedmixup {

void RunningOptions::declare(CLI::App& app) {
  app.add_option("-j,--threads", threads, "Threads; without it all processors")
      ->type_name("N")
      ->transform(number_within(kThreadCounts))
      ->group("Running");
  app.add_option("--memory", memory,
                 "Decoding takes at most this; without it a quarter of what is free")
      ->type_name("BYTES")
      ->group("Running");
  app.add_option("--progress", progress, "auto, bar, plain, json or none")
      ->type_name("STYLE")
      ->check(CLI::IsMember({"auto", "bar", "plain", "json", "none"}))
      ->capture_default_str()
      ->group("Running");
  app.add_flag("-q,--quiet", quiet, "No notes and no progress")->group("Running");
}

int RunningOptions::thread_count() const { return threads > 0 ? threads : default_threads(); }

std::optional<std::uint64_t> RunningOptions::decode_memory() const {
  if (memory.empty()) return std::nullopt;
  return parse_bytes("--memory", memory);
}

}  // namespace guidedmixup
