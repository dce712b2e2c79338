// Finds a module beside the program, makes sure that it is of the same build, and loads it. It is
// never searched for along paths that the environment sets: a foreign one must not get in.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string_view>

#include <dlfcn.h>
#include <link.h>
#include <sys/auxv.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/module.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// Stands once in the program and in each module, to be found in the file by its first part.
constexpr char kMarkedIdentity[] = "guidedmixup-module-identity:" GUIDEDMIXUP_BUILD_IDENTITY;
constexpr std::size_t kMarkLength = sizeof("guidedmixup-module-identity:") - 1;

// Without /proc, as in some containers, by what the kernel was told to execute.
fs::path program_file() {
  std::error_code error;
  fs::path file = fs::read_symlink("/proc/self/exe", error);
  if (!error) return file;
  const auto* started = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  if (started != nullptr) file = fs::canonical(started, error);
  if (started != nullptr && !error) return file;
  throw RunError(
      "cannot find the program's own folder, which leads to its modules, because /proc is missing; "
      "start the program by its absolute path");
}

fs::path module_file(const std::string& name) {
  // From bin/guidedmixup to lib/guidedmixup, wherever the two were moved together.
  const fs::path top = program_file().parent_path().parent_path();
  return top / "lib" / "guidedmixup" / ("guidedmixup-" + name + ".so");
}

std::string quoted(const fs::path& file) { return "'" + printable(file.string()) + "'"; }

// Whether the file is as long as its header says. The system's loader does not ask, and is killed
// by SIGBUS when a copy was cut short.
bool is_whole(std::string_view content) {
  ElfW(Ehdr) header{};
  if (content.size() < sizeof header) return false;
  std::memcpy(&header, content.data(), sizeof header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return false;
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) segment{};
    const std::size_t at = header.e_phoff + i * sizeof segment;
    if (at > content.size() || content.size() - at < sizeof segment) return false;
    std::memcpy(&segment, content.data() + at, sizeof segment);
    if (segment.p_offset > content.size() || content.size() - segment.p_offset < segment.p_filesz) {
      return false;
    }
  }
  return true;
}

// Of what stands in the file: nothing of a foreign module may run, and constructors would.
void check_identity(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) {
    throw RunError(
        "the module " + quoted(file) +
        " is missing: expected it in lib/guidedmixup next to the program's bin folder; " +
        "reinstall guidedmixup");
  }
  std::ifstream stream(file, std::ios::binary);
  if (!fs::is_regular_file(status) || !stream) {
    throw RunError("cannot read the module " + quoted(file) + "; reinstall guidedmixup");
  }
  // Read whole: a module has a few megabytes at most, and is about to be mapped anyway.
  std::ostringstream text;
  text << stream.rdbuf();
  const std::string content = text.str();
  const std::size_t mark = content.find(std::string_view(kMarkedIdentity, kMarkLength));
  const std::string found =
      mark == std::string::npos ? "unknown" : std::string(content.c_str() + mark + kMarkLength);
  if (found == build_identity()) {
    if (is_whole(content)) return;
    throw RunError("the module " + quoted(file) + " is truncated; reinstall guidedmixup");
  }
  throw RunError("the module " + quoted(file) + " belongs to another build (" +
                 printable(found.substr(0, 200)) + ", expected " + build_identity() +
                 "); reinstall guidedmixup");
}

}  // namespace

const char* version() { return GUIDEDMIXUP_VERSION; }

const char* build_identity() { return &kMarkedIdentity[kMarkLength]; }

void* load_module_function(const std::string& name, const char* symbol) {
  // dlopen counts references, so loading twice is harmless; but two threads need not search the
  // file at the same time.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const fs::path file = module_file(name);
  check_identity(file);
  // RTLD_NOW: a missing symbol is met here, where there is a message for it, not in the middle of a
  // run. RTLD_LOCAL: the module's libraries do not take part in resolving the program's symbols.
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw RunError("cannot load the module " + quoted(file) + ": " + printable(dlerror()));
  }
  void* function = dlsym(handle, symbol);
  if (function == nullptr) {
    throw RunError("the module " + quoted(file) + " lacks the function " + symbol);
  }
  return function;
}

}  // namespace guidedmixup
