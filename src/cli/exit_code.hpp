/// How the program can end.
#pragma once

namespace guidedmixup {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,       ///< the run could not go on
  kUsage = 2,        ///< wrong usage or configuration
  kRejects = 3,      ///< done, but some samples were rejected
  kDifference = 4,   ///< verification found a difference
  kSignalBase = 128  ///< plus the number of the signal
};

}  // namespace guidedmixup
