/// The files of an output beside its shards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <guidedmixup/output/description.hpp>
#include <guidedmixup/output/manifest.hpp>

#include "open_output.hpp"

namespace guidedmixup {

/// What they hold beside the lines of the shards.
struct ManifestInput {
  std::string root;                       ///< of the sources, relative to the output folder
  std::uint64_t shards = 0;               ///< all published
  OutputCounts counts;                    ///< as the shards were read
  std::vector<std::string> reject_lines;  ///< of the whole output, in listing order
};

/// Writes classes.txt, schema/manifest-1.json, rejects.jsonl (if any) and, last, manifest.json.
/// Each appears in one step. Memory does not grow with the number of samples. Throws RunError when
/// no sample could be used, or when the shards' lines are not as many as the counts say.
void write_manifest_files(const OpenOutput& output, const RunDescription& run,
                          const ManifestInput& input);

}  // namespace guidedmixup
