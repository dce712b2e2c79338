// The only file that knows all engines: which exist, which work here, and which one `--device`
// means.
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/engine/engine.hpp>

namespace guidedmixup {

namespace {
constexpr std::string_view kNoCuda = "not part of this build";
}

std::vector<EngineStatus> engine_statuses() {
  return {{"cpu", true, true, "oneTBB threads; always there"},
          {"cuda", false, false, std::string(kNoCuda)}};
}

std::string resolve_device(const std::string& device, std::string& note) {
  if (device == "cpu") return "cpu";
  if (device == "auto") {
    note = "--device auto: no CUDA engine in this build, so the engine is cpu";
    return "cpu";
  }
  const bool numbered = device.starts_with("cuda:") && device.size() > 5 &&
                        device.find_first_not_of("0123456789", 5) == std::string::npos;
  if (device != "cuda" && !numbered) {
    throw UsageError("--device must be cpu, cuda, cuda:N or auto, found '" + printable(device) +
                     "'");
  }
  throw RunError("--device " + device + ": the cuda engine is " + std::string(kNoCuda) +
                 "; use --device cpu or auto");
}

std::unique_ptr<Engine> make_engine(const std::string& name, std::span<const Method> methods,
                                    Size size, ParallelFor parallel, StageTimes* times) {
  GUIDEDMIXUP_CHECK(name == "cpu", ==, true);
  return make_cpu_engine(methods, size, std::move(parallel), times);
}

}  // namespace guidedmixup
