// A mistake in the program, for tests, by LD_PRELOAD: FFTW's fftwf_execute_dft does its work until
// the call with the number GUIDEDMIXUP_MISTAKE_AT, which throws what only a mistake throws.
#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include <dlfcn.h>

extern "C" void fftwf_execute_dft(void* plan, void* from, void* to) {
  static std::atomic<int> calls = 0;
  const char* const number = std::getenv("GUIDEDMIXUP_MISTAKE_AT");
  if (number != nullptr && ++calls == std::atoi(number))
    throw std::logic_error("a planted mistake");
  static const auto real =
      reinterpret_cast<void (*)(void*, void*, void*)>(dlsym(RTLD_NEXT, "fftwf_execute_dft"));
  real(plan, from, to);
}
