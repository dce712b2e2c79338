/// What a verification found, the first ones in words and all by number.
#pragma once

#include <filesystem>
#include <string>

#include <guidedmixup/check/verify.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup {

class Differences {
 public:
  explicit Differences(VerifyResult& result) : result_(result) {}

  // Both texts may come from a damaged file, so they are escaped, at this one place.
  void add(const std::filesystem::path& folder, const std::string& difference) {
    ++result_.differences;
    if (result_.first_differences.size() >= kListedDifferences) return;
    result_.first_differences.push_back(printable(folder.string()) + ": " + printable(difference));
  }

 private:
  VerifyResult& result_;
};

}  // namespace guidedmixup
