#include "quiet.hpp"

#include <array>
#include <cstdio>
#include <iostream>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

namespace guidedmixup::test {

CaughtOutput::CaughtOutput() {
  std::fflush(nullptr);
  std::cout.flush();
  file_ = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ < 0) throw std::runtime_error("cannot make a temporary file");
  saved_output_ = ::dup(1);
  saved_error_ = ::dup(2);
  ::dup2(file_, 1);
  ::dup2(file_, 2);
}

CaughtOutput::~CaughtOutput() { finish(); }

std::string CaughtOutput::finish() {
  std::string text;
  if (file_ < 0) return text;
  std::fflush(nullptr);
  std::cout.flush();
  ::dup2(saved_output_, 1);
  ::dup2(saved_error_, 2);
  ::close(saved_output_);
  ::close(saved_error_);
  ::lseek(file_, 0, SEEK_SET);
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(file_, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  ::close(file_);
  file_ = -1;
  return text;
}

}  // namespace guidedmixup::test
