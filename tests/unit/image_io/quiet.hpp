/// Catches what is written to file descriptors 1 and 2, by whomever.
#pragma once

#include <string>

namespace guidedmixup::test {

/// While it lives, standard output and standard error go to a file. Do not use doctest's macros
/// meanwhile: their reports would be swallowed.
class CaughtOutput {
 public:
  CaughtOutput();
  ~CaughtOutput();
  CaughtOutput(const CaughtOutput&) = delete;
  CaughtOutput& operator=(const CaughtOutput&) = delete;

  /// Ends the catching and returns all that was written.
  std::string finish();

 private:
  int file_ = -1;
  int saved_output_ = -1;
  int saved_error_ = -1;
};

}  // namespace guidedmixup::test
