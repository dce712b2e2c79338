#include "signals.hpp"

#include <csignal>

#include <unistd.h>

namespace guidedmixup {
namespace {

StopFlag flag{0};

extern "C" void on_stop_signal(int signal) {
  int none = 0;
  if (!flag.compare_exchange_strong(none, signal)) _exit(128 + signal);
}

}  // namespace

const StopFlag& stop_flag() { return flag; }

void catch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM}) {
    // A signal that the parent had ignored (nohup, a job in the background) stays ignored.
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

void restore_broken_pipe() { std::signal(SIGPIPE, SIG_DFL); }

}  // namespace guidedmixup
