/// The text of a manifest, cut into the members of its header and its samples in one pass, whatever
/// the layout of its lines. Memory holds one of them at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>

#include "json_text.hpp"

namespace guidedmixup {

/// Who gets the pieces. What they throw ends the reading.
struct ManifestPieces {
  /// A member but `samples`, as JSON text.
  std::function<void(const std::string& key, const std::string& text)> member;
  /// The samples begin. False ends the reading.
  std::function<bool()> samples;
  std::function<void(const std::string& text)> sample;
  /// Called now and then: may throw to stop.
  std::function<void()> pause;
};

/// True when it came to the end, false when `samples` ended it. Throws JsonError without the file's
/// name when the text is no JSON object or beyond the limits of parse_json.
class ManifestText {
 public:
  ManifestText(std::istream& stream, const ManifestPieces& pieces)
      : stream_(stream), pieces_(pieces) {}

  bool cut();
  /// Bytes read so far: at the call of `samples`, where the first of them begins.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  [[nodiscard]] int peek();
  void skip();
  void skip_blanks();
  void expect(char c, const char* what);
  [[noreturn]] void refuse(const std::string& what) const;
  [[nodiscard]] std::string value();
  bool list_samples();
  bool next(char end, const char* what);

  std::istream& stream_;
  const ManifestPieces& pieces_;
  std::uint64_t offset_ = 0;
};

}  // namespace guidedmixup
