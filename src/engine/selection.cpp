// The only file that knows all engines: which exist, which work here, and which one `--device`
// means.
#include <guidedmixup/core/error.hpp>
#include <guidedmixup/engine/engine.hpp>

namespace guidedmixup {

std::vector<EngineStatus> engine_statuses() {
  return {{"cpu", true, true, "oneTBB threads; always there"},
          {"cuda", false, false, "not part of this build"}};
}

std::unique_ptr<Engine> make_engine(const std::string& device, std::span<const Method> methods,
                                    Size size, ParallelFor parallel, std::string& note) {
  const std::string wanted = device.substr(0, device.find(':'));
  if (wanted == "cpu" || wanted == "auto") {
    if (wanted == "auto") note = "no CUDA engine in this build: using the CPU";
    return make_cpu_engine(methods, size, std::move(parallel));
  }
  for (const EngineStatus& status : engine_statuses()) {
    if (status.name == wanted) {
      throw RunError("--device " + device + ": the " + status.name + " engine is " + status.detail +
                     "; use --device cpu or auto");
    }
  }
  throw UsageError("--device must be cpu, cuda, cuda:N or auto, found '" + device + "'");
}

}  // namespace guidedmixup
