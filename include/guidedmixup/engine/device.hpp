/// What a run computes on.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guidedmixup {

struct Method;  // method/method.hpp

struct Device {
  enum class Kind { kCpu, kCuda };
  Kind kind = Kind::kCpu;
  int number = 0;  ///< among the devices of its kind, from 0
  friend bool operator==(const Device&, const Device&) = default;
};

/// The name of the kind's engine, as it stands in plan and manifest: any device of one kind may
/// resume what another began.
[[nodiscard]] std::string_view engine_name(const Device& device);

/// What this program knows of an engine on this machine.
struct EngineStatus {
  std::string name;
  bool available = false;  ///< part of this build
  bool usable = false;     ///< and works here
  std::string detail;
};
/// Loads what it has to say something of, which takes a while.
[[nodiscard]] std::vector<EngineStatus> engine_statuses();

/// The names of the engines that are part of this build, whether or not they work here.
[[nodiscard]] std::vector<std::string> built_engines();

/// The device that `--device TEXT` means here for these methods. "auto" takes the CPU where nothing
/// better works, or where a device has no code for any part of the methods, and says why in `note`;
/// a device by name is never replaced. Throws RunError for one that cannot be used, with the
/// reason, and UsageError for a text that names no device.
[[nodiscard]] Device resolve_device(const std::string& text, std::span<const Method> methods,
                                    std::string& note);

/// The parts of these methods that a device has no code for, so that the host does their work, as
/// sentences; none for the CPU.
[[nodiscard]] std::vector<std::string> parts_on_host(const Device& device,
                                                     std::span<const Method> methods);

}  // namespace guidedmixup
