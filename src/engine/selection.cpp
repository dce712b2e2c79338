// The only file that knows all engines: which exist, which work here, and which one `--device`
// means.
#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/engine/engine.hpp>

#include "cuda_module.hpp"

namespace guidedmixup {
namespace {

constexpr std::string_view kCuda = "cuda";

// The device that "cuda" or "cuda:N" names.
int device_number(std::string_view device) {
  int number = 0;
  if (device == kCuda) return number;
  const std::string_view digits = device.substr(std::min(device.size(), kCuda.size() + 1));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size();
  if (!device.starts_with("cuda:") || !is_number || number < 0) {
    throw UsageError("--device must be cpu, cuda, cuda:N or auto, found '" +
                     printable(std::string(device)) + "'");
  }
  return number;
}

std::string names_of(const CudaDevices& found) {
  std::string names;
  for (const CudaDevice& device : found.devices) {
    if (!names.empty()) names += ", ";
    names += device.name;
  }
  return names;
}

// Why device `number` cannot be used; empty when it can.
std::string obstacle_of(const CudaDevices& found, int number) {
  const int count = static_cast<int>(found.devices.size());
  if (count == 0) return found.obstacle.empty() ? "there is no CUDA device" : found.obstacle;
  if (number >= count) {
    return "there is no such device; found " + std::to_string(count) +
           ", counted from 0: " + names_of(found);
  }
  return found.devices[number].obstacle;
}

}  // namespace

std::vector<EngineStatus> engine_statuses() {
  const CudaDevices found = find_cuda_devices();
  const std::string obstacle = obstacle_of(found, 0);
  return {{"cpu", true, true, "oneTBB threads; always there"},
          {std::string(kCuda), cuda_is_built(), obstacle.empty(),
           obstacle.empty() ? names_of(found) : obstacle}};
}

std::vector<std::string> built_engines() {
  std::vector<std::string> names{"cpu"};
  if (cuda_is_built()) names.emplace_back(kCuda);
  return names;
}

std::string resolve_device(const std::string& device, std::string& note) {
  if (device == "cpu") return device;
  const bool may_fall_back = device == "auto";
  const int number = may_fall_back ? 0 : device_number(device);
  const std::string obstacle = obstacle_of(find_cuda_devices(), number);
  if (obstacle.empty()) return number == 0 ? std::string(kCuda) : device;
  if (!may_fall_back) {
    throw RunError("--device " + device + ": the cuda engine is not usable here: " + obstacle +
                   "; use --device cpu or auto");
  }
  note = "--device auto: the engine is cpu, since cuda is not usable here: " + obstacle;
  return "cpu";
}

std::string engine_of(const std::string& resolved) {
  return resolved.substr(0, resolved.find(':'));
}

std::unique_ptr<Engine> make_engine(const std::string& resolved, std::span<const Method> methods,
                                    Size size, ParallelFor parallel, StageTimes* times) {
  if (resolved == "cpu") return make_cpu_engine(methods, size, std::move(parallel), times);
  return make_cuda_engine(device_number(resolved), methods, size, std::move(parallel), times);
}

}  // namespace guidedmixup
