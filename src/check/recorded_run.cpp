// Values of a manifest's config in the types of a run. Anyone may have edited the file, so each
// value is checked; a key that older versions did not write has the value that they stood for.
#include "recorded_run.hpp"

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/output_file.hpp>

namespace guidedmixup {
namespace {

// True for the name `yes`, false for `no`.
bool recorded_choice(const RunDescription& run, std::string_view key, std::string_view yes,
                     std::string_view no) {
  const auto name = recorded_value<std::string>(run, key);
  if (name != yes && name != no) {
    throw RunError("the manifest's config." + std::string(key) + " must be " + std::string(no) +
                   " or " + std::string(yes) + ", found '" + printable(name) + "'");
  }
  return name == yes;
}

}  // namespace

PlanConfig recorded_plan(const RunDescription& run) {
  PlanConfig plan;
  plan.samples = run.sample_count;
  plan.limit = recorded_value<std::uint64_t>(run, "limit");
  plan.batch_size = static_cast<std::uint32_t>(recorded_value<std::uint64_t>(run, "batch_size"));
  plan.rounds = static_cast<std::uint32_t>(recorded_value<std::uint64_t>(run, "rounds"));
  // Before there was a choice, each round had a shuffle of its own.
  plan.reuse = find_config(run, "reuse") == nullptr
                   ? 1
                   : static_cast<std::uint32_t>(recorded_value<std::uint64_t>(run, "reuse"));
  plan.shard_size = recorded_value<std::uint64_t>(run, "shard_size");
  plan.mix_probability = recorded_value<float>(run, "mix_prob");
  plan.include_originals = recorded_value<bool>(run, "include_originals");
  plan.seed = recorded_value<std::uint64_t>(run, "seed");
  return plan;
}

LoadOptions recorded_load_options(const RunDescription& run) {
  LoadOptions load;
  load.size = run.image_size;
  const auto name = recorded_value<std::string>(run, "fit");
  const auto fit = parse_fit(name);
  if (!fit) {
    throw RunError("the manifest's config.fit must be cover, contain or stretch, found '" +
                   printable(name) + "'");
  }
  load.fit = *fit;
  load.limits.max_pixels =
      static_cast<std::int64_t>(recorded_value<std::uint64_t>(run, "max_pixels"));
  // Before there was a choice, damaged pictures were used.
  load.limits.use_damaged =
      find_config(run, "damaged") == nullptr || recorded_choice(run, "damaged", "use", "reject");
  return load;
}

// Quality 0 stands for none, as of png.
EncodeOptions recorded_encode_options(const RunDescription& run) {
  const auto format = parse_format(run.image_format);
  if (!format) {
    throw RunError("the manifest's image.format is unknown: '" + printable(run.image_format) + "'");
  }
  return {*format, run.quality};
}

Result<ByteBuffer> output_bytes(const std::filesystem::path& output, const std::string& file_name,
                                const RunDescription& run) {
  // Noise in lossless formats takes 3 bytes a pixel and a little.
  const auto most = (std::uint64_t{1} << 20U) + 8 * run.image_size.pixels();
  try {
    // Asked before memory is taken: a manifest may name any file below the output, of any size.
    if (OutputFile(output, file_name).size() > most) {
      return SampleError{RejectStage::kRead, RejectCode::kTooLarge,
                         "is larger than any image of the manifest's size"};
    }
    return read_output_file(output, file_name);
  } catch (const SystemError& error) {
    // Out of handles or memory: nothing is wrong with the file, and the next ones would fail, too.
    if (error.lacks_resources()) throw;
    return SampleError{RejectStage::kRead, RejectCode::kUnreadable, error.what()};
  } catch (const RunError& error) {
    return SampleError{RejectStage::kRead, RejectCode::kUnreadable, error.what()};
  }
}

}  // namespace guidedmixup
