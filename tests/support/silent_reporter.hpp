/// A reporter that keeps the notes and says nothing.
#pragma once

#include <string>
#include <vector>

#include <guidedmixup/core/reporter.hpp>

namespace guidedmixup::test {

class SilentReporter final : public Reporter {
 public:
  void note(const std::string& text) override { notes.push_back(text); }
  void start(std::uint64_t /*total*/, std::uint64_t /*done*/) override {}
  void advance(std::uint64_t /*images*/) override {}
  void finish() override {}

  std::vector<std::string> notes;
};

}  // namespace guidedmixup::test
