// The one fuzz program (libFuzzer): GUIDEDMIXUP_FUZZ_READER says which reader gets the inputs.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>

#include "reader.hpp"

namespace guidedmixup::fuzz {
namespace {

struct NamedReader {
  std::string_view name;
  Reader read;
};

// A new reader is one line here; its kept inputs lie in tests/fuzz/NAME.
constexpr std::array kReaders{
    NamedReader{"decode", read_picture},           // image files, from header to fitted pixels
    NamedReader{"orientation", read_orientation},  // EXIF, XMP, PNG chunks, TIFF directories
    NamedReader{"manifest", read_manifest_file},   // manifest.json
    NamedReader{"records", read_records},          // single lines of samples and rejects
    NamedReader{"plan", read_plan_file},           // plan.json
    NamedReader{"shard", read_shard_lines},        // a shard's lines against its plan
    NamedReader{"labels", read_labels},            // --labels: csv, tsv, JSON lines
    NamedReader{"lists", read_list},               // --files-from
    NamedReader{"classes", read_classes},          // --classes
    NamedReader{"config", read_config},            // --config: TOML onto the options
    NamedReader{"arguments", read_arguments},      // command line, methods, sizes
};

constexpr const char* kVariable = "GUIDEDMIXUP_FUZZ_READER";

const NamedReader& chosen_reader() {
  const char* value = std::getenv(kVariable);
  const std::string_view name = value == nullptr ? "" : value;
  const auto* const found = std::find_if(kReaders.begin(), kReaders.end(),
                                         [&](const auto& reader) { return reader.name == name; });
  if (found != kReaders.end()) return *found;
  std::string names;
  for (const auto& reader : kReaders) names += std::string(reader.name) + "\n";
  if (name == "list") {
    std::fputs(names.c_str(), stdout);
    std::exit(0);
  }
  std::fprintf(stderr, "%s is '%s', expected list or one of\n%s", kVariable,
               std::string(name).c_str(), names.c_str());
  std::exit(2);
}

// How many inputs there were, and how many of them were read to their end: a reader that refuses
// all of them tests little.
struct Count {
  std::uint64_t inputs = 0;
  std::uint64_t read = 0;
  ~Count() {
    if (inputs > 0) {
      std::fprintf(stderr, "campaign_fuzz: %llu inputs, %llu read to their end\n",
                   static_cast<unsigned long long>(inputs), static_cast<unsigned long long>(read));
    }
  }
};
Count count;  // NOLINT(cert-err58-cpp)

}  // namespace

std::string_view text_of(Bytes input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "campaign_fuzz: does not hold: %s\n", std::string(what).c_str());
  std::abort();
}

Scratch::Scratch() {
  std::string name = std::filesystem::temp_directory_path() / "campaign-fuzz-XXXXXX";
  require(mkdtemp(name.data()) != nullptr, "a folder can be made in TMPDIR");
  folder_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Scratch::put(const std::string& name, std::string_view content) const {
  const std::string file = path(name);
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  require(fd >= 0 && write(fd, content.data(), content.size()) == std::ssize(content),
          "a file can be written in TMPDIR");
  close(fd);
  return file;
}

}  // namespace guidedmixup::fuzz

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  guidedmixup::fuzz::chosen_reader();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guidedmixup;
  static const fuzz::NamedReader& reader = fuzz::chosen_reader();
  ++fuzz::count.inputs;
  try {
    if (reader.read({data, size})) ++fuzz::count.read;
  } catch (const SystemError& error) {
    fuzz::require(false, error.what());  // the files are there and can be read
  } catch (const RunError&) {
    return 0;
  }
  return 0;
}
