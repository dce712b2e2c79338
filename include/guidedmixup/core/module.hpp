/// Parts of the program that are loaded only when they are needed (rare image formats, the contact
/// sheet's drawing), so that a plain run neither waits for nor depends on their libraries.
#pragma once

#include <string>

namespace guidedmixup {

/// Program version, for example "0.1.0".
[[nodiscard]] const char* version();

/// Version, compiler and build type. A module of another identity is refused, because C++ types
/// cross the border.
[[nodiscard]] const char* build_identity();

/// Loads `guidedmixup-NAME.so` from ../lib/guidedmixup beside the program's own folder (never from
/// another folder or LD_LIBRARY_PATH) and returns the address of its exported function `symbol`.
/// Before anything of the file is run, its text is searched for the identity. Whoever may write
/// there may replace the program as well: permissions are not looked at, and links are followed.
/// A module stays loaded until the program ends. Safe to call from any thread.
/// Throws RunError that says which file is missing, unusable or of another build.
[[nodiscard]] void* load_module_function(const std::string& name, const char* symbol);

}  // namespace guidedmixup

/// Put once into each module: makes its identity part of the file.
#define GUIDEDMIXUP_MODULE_IDENTITY                                                             \
  extern "C" __attribute__((visibility("default"))) const char* guidedmixup_module_identity() { \
    return ::guidedmixup::build_identity();                                                     \
  }
