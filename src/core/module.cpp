#include <cstring>
#include <filesystem>
#include <mutex>

#include <dlfcn.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/module.hpp>

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

fs::path module_file(const std::string& name) {
  const fs::path program_folder = fs::read_symlink("/proc/self/exe").parent_path();
  const std::string file = "guidedmixup-" + name + ".so";
  fs::path beside = program_folder / file;
  if (fs::exists(beside)) return beside;
  return program_folder.parent_path() / "lib" / "guidedmixup" / file;
}

}  // namespace

const char* version() { return GUIDEDMIXUP_VERSION; }

const char* build_identity() { return GUIDEDMIXUP_BUILD_IDENTITY; }

void* load_module_function(const std::string& name, const char* symbol) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const fs::path file = module_file(name);
  if (!fs::exists(file)) {
    throw RunError("the module '" + file.string() +
                   "' is missing: it belongs beside the program or in ../lib/guidedmixup; "
                   "install guidedmixup again");
  }
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw RunError("cannot load the module '" + file.string() + "': " + dlerror());
  }
  using Identity = const char* (*)();
  const auto identity = reinterpret_cast<Identity>(dlsym(handle, "guidedmixup_module_identity"));
  if (identity == nullptr || std::strcmp(identity(), build_identity()) != 0) {
    throw RunError("the module '" + file.string() + "' is of another build (" +
                   (identity == nullptr ? "unknown" : identity()) + ", expected " +
                   build_identity() + "); install guidedmixup again");
  }
  void* function = dlsym(handle, symbol);
  if (function == nullptr) {
    throw RunError("the module '" + file.string() + "' lacks the function " + symbol);
  }
  return function;
}

}  // namespace guidedmixup
