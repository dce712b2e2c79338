#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup {

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
      return " (the limit of a file's size: 'ulimit -f', or that of the file system)";
    case EMFILE:
      return " (the limit of open files: 'ulimit -n')";
    default:
      return "";
  }
}

}  // namespace

RunError system_error(std::string_view what, const std::string& path, int error_number) {
  return RunError(std::string(what) + " '" + printable(path) +
                  "': " + std::generic_category().message(error_number) +
                  std::string(limit_behind(error_number)));
}

namespace detail {

void check_failed(const char* file, int line, const char* condition, long long left,
                  long long right) {
  std::fprintf(stderr, "guidedmixup: internal error at %s:%d: expected %s, found %lld and %lld\n",
               file, line, condition, left, right);
  std::abort();
}

}  // namespace detail
}  // namespace guidedmixup
