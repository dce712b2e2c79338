/// The three kinds of failure, which are never mixed:
///  1. one sample is bad: a value, `Result<T>`; it is recorded and the run goes on;
///  2. the run cannot go on: an exception derived from `RunError`, caught once in main;
///  3. our own mistake: `GUIDEDMIXUP_CHECK`, which aborts with both values.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace guidedmixup {

/// Where a sample was lost.
enum class RejectStage { kListing, kRead, kDecode };

/// Why a sample was lost.
enum class RejectCode {
  kNoLabel,      ///< no class folder, or no row in the label file
  kMissing,      ///< named in a list or label file, but there is no such file
  kInvalidPath,  ///< the path is not UTF-8 and cannot stand in JSON
  kUnreadable,   ///< the operating system refused to open or read it
  kEmpty,        ///< a file of no bytes
  kTruncated,    ///< the file ends before the image does
  kDamaged,      ///< the codec went on past an error in the data: see `--damaged`
  kCorrupt,      ///< the codec gave up
  kUnsupported,  ///< not an image, or a kind of image that is not handled
  kTooLarge,     ///< more pixels than `--max-pixels`, or too many rows or progressive scans
};

[[nodiscard]] std::string_view to_string(RejectStage stage);
[[nodiscard]] std::string_view to_string(RejectCode code);

/// Why one sample cannot be used. `message` is one sentence without the path.
struct SampleError {
  RejectStage stage;
  RejectCode code;
  std::string message;
  /// The cause lies outside the file's content (it has gone, it may not be read) and may go away:
  /// `--resume` tries the sample again.
  bool retry = false;
};

/// A value, or the reason why one sample has none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Result(SampleError error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  /// The value. Calling it on an error throws std::bad_variant_access.
  [[nodiscard]] T& value() & { return std::get<T>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<T>(state_); }
  [[nodiscard]] T&& value() && { return std::get<T>(std::move(state_)); }
  /// The error. Calling it on a value throws std::bad_variant_access.
  [[nodiscard]] const SampleError& error() const { return std::get<SampleError>(state_); }

 private:
  std::variant<T, SampleError> state_;
};

/// The run cannot go on. The message names the file or option, what was expected, what was found
/// and what to do. Ends the program with exit code 1.
class RunError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The request itself is wrong (an option, a configuration, an output folder). Exit code 2.
class UsageError : public RunError {
 public:
  using RunError::RunError;
};

/// The run broke off, but what it has finished is valid: the same run with --resume goes on. Exit
/// code 1.
class ResumableError : public RunError {
 public:
  using RunError::RunError;
};

/// The samples themselves are the reason: --resume would meet them again. Exit code 1.
class UnusableSamplesError : public RunError {
 public:
  using RunError::RunError;
};

/// The user asked to stop by a signal. Exit code 128 + signal.
class Cancelled : public RunError {
 public:
  explicit Cancelled(int signal, const std::string& message) : RunError(message), signal_(signal) {}
  [[nodiscard]] int signal() const { return signal_; }

 private:
  int signal_;
};

/// A system call failed.
class SystemError : public RunError {
 public:
  SystemError(const std::string& message, int number) : RunError(message), number_(number) {}
  [[nodiscard]] int number() const { return number_; }
  /// The process or the machine has run out of descriptors or memory: it says nothing of the file.
  [[nodiscard]] bool lacks_resources() const;

 private:
  int number_;
};

/// The error of a system call on a path, with the text of `error_number`.
[[nodiscard]] SystemError system_error(std::string_view what, const std::string& path,
                                       int error_number);

/// What an exception says, for a message: our own texts as they are, those of the standard
/// library's file functions with the paths and the system's error, not the name of a function of
/// C++.
[[nodiscard]] std::string message_of(const std::exception& error);

namespace detail {
[[noreturn]] void check_failed(const char* file, int line, const char* condition, long long left,
                               long long right);
}  // namespace detail

}  // namespace guidedmixup

/// Aborts when `(left) relation (right)` does not hold: a mistake of this program, not of its user.
#define GUIDEDMIXUP_CHECK(left, relation, right)                                              \
  do {                                                                                        \
    const auto guidedmixup_left = (left);                                                     \
    const auto guidedmixup_right = (right);                                                   \
    if (!(guidedmixup_left relation guidedmixup_right)) {                                     \
      ::guidedmixup::detail::check_failed(__FILE__, __LINE__, #left " " #relation " " #right, \
                                          static_cast<long long>(guidedmixup_left),           \
                                          static_cast<long long>(guidedmixup_right));         \
    }                                                                                         \
  } while (false)
