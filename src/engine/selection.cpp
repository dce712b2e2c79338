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
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/saliency/detector.hpp>

#include "cuda_module.hpp"

namespace guidedmixup {
namespace {

constexpr std::string_view kCuda = "cuda";

// The device that "cuda" or "cuda:N" names.
Device cuda_device(std::string_view text) {
  Device device{.kind = Device::Kind::kCuda};
  // Without a number: device 0, which CUDA orders by speed unless the environment says otherwise.
  if (text == kCuda) return device;
  const std::string_view digits = text.substr(std::min(text.size(), kCuda.size() + 1));
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), device.number);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size();
  if (!text.starts_with("cuda:") || !is_number || device.number < 0) {
    throw UsageError("--device must be cpu, cuda, cuda:N or auto, found '" +
                     printable(std::string(text)) + "'");
  }
  return device;
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

// Parts that are there and that a device has no code for.
std::vector<std::string> host_parts(const Method& method) {
  std::vector<std::string> parts;
  const SaliencyInfo& saliency = *method.saliency.info;
  const MixingInfo& mixing = *method.mixing.info;
  if (method.saliency.is_there() && saliency.on_device == nullptr) {
    parts.push_back("saliency '" + std::string(saliency.name) + "'");
  }
  if (method.mixing.is_there() && !mixing.on_device) {
    parts.push_back("mixing '" + std::string(mixing.name) + "'");
  }
  return parts;
}

// "auto" looks at more than the machine: a device that computes nothing of the methods would only
// add copies.
bool gains_by_device(const Method& method) {
  return (method.saliency.is_there() && method.saliency.info->on_device != nullptr) ||
         (method.mixing.is_there() && method.mixing.info->on_device);
}

}  // namespace

std::vector<EngineStatus> engine_statuses() {
  const CudaDevices found = find_cuda_devices();
  // Device 0 stands for the engine: it is what plain "cuda" means.
  const std::string obstacle = obstacle_of(found, 0);
  return {{.name = "cpu",
           .available = true,
           .usable = true,
           .detail = "threads of oneTBB; always available"},
          {.name = std::string(kCuda),
           .available = cuda_is_built(),
           .usable = obstacle.empty(),
           .detail = obstacle.empty() ? names_of(found) : obstacle}};
}

// For --version, which should load no module.
std::vector<std::string> built_engines() {
  std::vector<std::string> names{"cpu"};
  if (cuda_is_built()) names.emplace_back(kCuda);
  return names;
}

std::string_view engine_name(const Device& device) {
  return device.kind == Device::Kind::kCpu ? "cpu" : kCuda;
}

Device resolve_device(const std::string& text, std::span<const Method> methods, std::string& note) {
  if (text == "cpu") return {};
  // A device by name is a decision of the user, whose outputs differ in bytes; only "auto" leaves
  // it open.
  const bool may_fall_back = text == "auto";
  if (may_fall_back && std::none_of(methods.begin(), methods.end(), gains_by_device)) {
    note = "--device auto: using cpu, because cuda has no code for any part of these methods";
    return {};
  }
  const Device device = cuda_device(may_fall_back ? kCuda : text);
  const std::string obstacle = obstacle_of(find_cuda_devices(), device.number);
  if (obstacle.empty()) return device;
  if (!may_fall_back) {
    throw RunError("--device " + text + ": the cuda engine is not available here: " + obstacle +
                   "; use --device cpu or auto");
  }
  note = "--device auto: using cpu, because cuda is not available here: " + obstacle;
  return {};
}

std::vector<std::string> parts_on_host(const Device& device, std::span<const Method> methods) {
  std::vector<std::string> sentences;
  if (device.kind == Device::Kind::kCpu) return sentences;
  for (const Method& method : methods) {
    for (const std::string& part : host_parts(method)) {
      std::string sentence = "engine cuda: the host computes the " + part;
      // Several methods may share the part.
      if (std::find(sentences.begin(), sentences.end(), sentence) == sentences.end()) {
        sentences.push_back(std::move(sentence));
      }
    }
  }
  return sentences;
}

std::unique_ptr<Engine> make_engine(const Device& device, const MethodSet& methods,
                                    ParallelFor parallel, StageTimes* times) {
  // The device was resolved before, so a module that is missing here has gone since.
  if (device.kind == Device::Kind::kCpu) {
    return make_cpu_engine(methods, std::move(parallel), times);
  }
  return make_cuda_engine(device.number, methods, std::move(parallel), times);
}

}  // namespace guidedmixup
