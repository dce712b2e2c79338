// Packs the listing's paths. `make_listing`'s own vector of strings is freed once the table exists.
#include <string_view>
#include <unordered_map>

#include <guidedmixup/dataset/sample_table.hpp>

namespace guidedmixup {
namespace {

// How much of a path is its folder, with the '/'.
std::size_t folder_bytes(std::string_view path) { return path.rfind('/') + 1; }

}  // namespace

SampleTable::SampleTable(const std::vector<Sample>& samples) {
  std::size_t name_bytes = 0;
  for (const Sample& sample : samples) name_bytes += sample.path.size() - folder_bytes(sample.path);
  names_.reserve(name_bytes);
  folder_of_.reserve(samples.size());
  name_ends_.reserve(samples.size());
  labels_.reserve(samples.size());
  // Its keys are views of the caller's paths, not of `folders_`: that vector moves its strings when
  // it grows, and a short string takes its bytes along.
  std::unordered_map<std::string_view, std::uint32_t> known;
  for (const Sample& sample : samples) {
    const std::string_view path = sample.path;
    const std::string_view folder = path.substr(0, folder_bytes(path));
    const auto [entry, is_new] = known.emplace(folder, folders_.size());
    if (is_new) folders_.emplace_back(folder);
    folder_of_.push_back(entry->second);
    if (labels_.size() % kBlock == 0) block_begins_.push_back(names_.size());
    names_ += path.substr(folder.size());
    name_ends_.push_back(static_cast<std::uint32_t>(names_.size() - block_begins_.back()));
    labels_.push_back(sample.label);
  }
}

std::string SampleTable::path(std::size_t sample) const {
  const std::uint64_t begin = sample == 0 ? 0 : name_end(sample - 1);
  std::string path = folders_[folder_of_[sample]];
  path.append(names_, begin, name_end(sample) - begin);
  return path;
}

}  // namespace guidedmixup
