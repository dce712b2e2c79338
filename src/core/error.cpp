// The words of errors: codes of rejects, the system's reasons with a hint, and the last message of
// a failed check.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup {

// These texts stand in rejects.jsonl, so they are part of the output: a new one is an addition,
// another word for an old one is not. The functions have no default case, so that the compiler
// finds a name that is missing.
std::string_view to_string(RejectStage stage) {
  switch (stage) {
    case RejectStage::kListing:
      return "listing";
    case RejectStage::kRead:
      return "read";
    case RejectStage::kDecode:
      return "decode";
  }
  return "unknown";
}

std::string_view to_string(RejectCode code) {
  switch (code) {
    case RejectCode::kNoLabel:
      return "no-label";
    case RejectCode::kMissing:
      return "missing";
    case RejectCode::kInvalidPath:
      return "invalid-path";
    case RejectCode::kUnreadable:
      return "unreadable";
    case RejectCode::kEmpty:
      return "empty";
    case RejectCode::kTruncated:
      return "truncated";
    case RejectCode::kDamaged:
      return "damaged";
    case RejectCode::kCorrupt:
      return "corrupt";
    case RejectCode::kUnsupported:
      return "unsupported";
    case RejectCode::kTooLarge:
      return "too-large";
  }
  return "unknown";
}

namespace {

// Which limit it may be that the system's own text does not name.
std::string_view limit_behind(int error_number) {
  switch (error_number) {
    case EFBIG:
      return " (file size limit: see 'ulimit -f' and the file system)";
    case EMFILE:
      return " (open file limit: see 'ulimit -n')";
    default:
      return "";
  }
}

}  // namespace

// Of the process (EMFILE), of the whole machine (ENFILE), or memory.
bool SystemError::lacks_resources() const {
  return number_ == EMFILE || number_ == ENFILE || number_ == ENOMEM;
}

// By the C library's text for the number, which users can search for, with our hint behind it.
SystemError system_error(std::string_view what, const std::string& path, int error_number) {
  return {std::string(what) + " '" + printable(path) +
              "': " + std::generic_category().message(error_number) +
              std::string(limit_behind(error_number)),
          error_number};
}

// The standard library's own text would be "filesystem error: cannot open directory: Permission
// denied [/a/b]": the name of a C++ function, and a path that is not quoted.
std::string message_of(const std::exception& error) {
  const auto* const system = dynamic_cast<const std::system_error*>(&error);
  if (system == nullptr) return error.what();
  std::string place;
  if (const auto* file = dynamic_cast<const std::filesystem::filesystem_error*>(&error)) {
    const auto quoted = [](const std::filesystem::path& path) {
      return path.empty() ? "" : " '" + printable(path.string()) + "'";
    };
    place = quoted(file->path1()) + quoted(file->path2());
  }
  if (place.empty()) place = " a file or folder, perhaps the current folder";
  return "cannot reach" + place + ": " + system->code().message() +
         std::string(limit_behind(system->code().value()));
}

namespace detail {

// By stdio and abort(), not by an exception: that would run destructors on a state that is known to
// be wrong, and could meet a handler that takes it for a bad sample.
void check_failed(const char* file, int line, const char* condition, long long left,
                  long long right) {
  std::fprintf(stderr, "guidedmixup: internal error at %s:%d: expected %s, found %lld and %lld\n",
               file, line, condition, left, right);
  std::abort();
}

}  // namespace detail
}  // namespace guidedmixup
