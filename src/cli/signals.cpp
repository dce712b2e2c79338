// Handlers may only do what is safe at any instruction: they set a lock-free flag, write() and
// _exit(). The run looks at the flag again and again, and ends by an exception.
#include "signals.hpp"

#include <csignal>
#include <string_view>

#include <unistd.h>

#include "exit_code.hpp"

namespace guidedmixup {
namespace {

StopFlag flag{0};
// False for commands, and moments, at which nobody would notice the flag.
std::atomic<bool> flag_is_read{false};

extern "C" void on_stop_signal(int signal) {
  int none = 0;
  if (!flag.compare_exchange_strong(none, signal)) _exit(128 + signal);
}

// Comes again each second, until the hard limit kills the process.
extern "C" void on_processor_time(int signal) {
  int none = 0;
  if (flag_is_read) {
    flag.compare_exchange_strong(none, signal);
    return;
  }
  static constexpr std::string_view kText =
      "guidedmixup: the processor time limit (ulimit -t) is reached; nothing was written\n";
  // Written or not: there is nobody else to tell.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kText.data(), kText.size());
  _exit(static_cast<int>(ExitCode::kFailed));
}

void set_handler(int signal, void (*handler)(int)) {
  // A signal that the parent had ignored (nohup, a job in the background) stays ignored.
  struct sigaction before {};
  sigaction(signal, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  // System calls go on after the handler, so that no library has to cope with EINTR.
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

const StopFlag& stop_flag() { return flag; }

void catch_stop_signals() {
  flag_is_read = true;
  for (const int signal : {SIGINT, SIGTERM}) set_handler(signal, on_stop_signal);
}

void catch_processor_time() { set_handler(SIGXCPU, on_processor_time); }

}  // namespace guidedmixup
