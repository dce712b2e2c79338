// `augment`, `verify` and `saliency` share these options, with one wording.
#include "running_options.hpp"

#include "numbers.hpp"

namespace guidedmixup {

void RunningOptions::declare(CLI::App& app) {
  app.add_option("-j,--threads", threads, "number of threads; default: all processors")
      ->type_name("N")
      ->transform(number_within(kThreadCounts))
      ->group("Running");
  app.add_option("--memory", memory, "memory for decoding; default: a quarter of the free memory")
      ->type_name("BYTES")
      ->group("Running");
  app.add_option("--progress", progress, "progress display: auto, bar, plain, json or none")
      ->type_name("STYLE")
      ->check(CLI::IsMember({"auto", "bar", "plain", "json", "none"}))
      ->capture_default_str()
      ->group("Running");
  app.add_flag("-q,--quiet", quiet, "no notes and no progress")->group("Running");
}

int RunningOptions::thread_count() const { return threads > 0 ? threads : default_threads(); }

std::optional<std::uint64_t> RunningOptions::decode_memory() const {
  if (memory.empty()) return std::nullopt;
  return parse_bytes("--memory", memory);
}

}  // namespace guidedmixup
