// A record tells the sources and the label of an output; all else is found again: images by path,
// partners by the paths of second sources, maps and recipes by the method's own parts.
#include "recorded_batch.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "recorded_run.hpp"

namespace guidedmixup {
namespace {

constexpr int kMethod = 0;  // the only one

}  // namespace

RecordedMethod::RecordedMethod(const RunDescription& run, std::string source_root,
                               ParallelFor runner)
    : methods(std::vector{method_from(run.method)}, run.image_size),
      plan(recorded_plan(run)),
      load(recorded_load_options(run)),
      sources(std::move(source_root)),
      parallel(std::move(runner)),
      // The CPU engine, whatever engine made the output: it runs everywhere, and results agree
      // within the tolerances of docs/numerics.md.
      engine(make_cpu_engine(methods, parallel)) {
  // Checked once here; otherwise every sample would be reported as missing.
  std::error_code error;
  if (std::filesystem::is_directory(sources.root(), error)) return;
  throw RunError("the sources are not in '" + printable(sources.root()) +
                 "'; give their folder with --input DIR");
}

RecordedBatch::RecordedBatch(const RecordedMethod& run, std::span<const SampleRecord> records,
                             const StopFlag& stop, Problem problem)
    : run_(run), stop_(stop), problem_(std::move(problem)) {
  // Records come in plan order, so those of one round follow one another.
  for (std::size_t first = 0; first < records.size();) {
    std::size_t end = first;
    while (end < records.size() && records[end].round == records[first].round) ++end;
    passes_.push_back(records.subspan(first, end - first));
    first = end;
  }
  if (run_.methods.method(kMethod).avoids_used_pairs()) {
    used_.emplace(static_cast<int>(passes_.front().size()));
  }
}

// The first pass stands for all: each pass has the same samples, which has_samples asks before a
// pass is used.
bool RecordedBatch::load() {
  const RecordedPass pass = passes_.front();
  std::vector<Result<Image>> results(pass.size(), Image());
  run_.parallel(static_cast<int>(pass.size()), [&](int k) {
    throw_if_stopped(stop_);
    // All are loaded even if the first one fails, so that one call tells all that is wrong.
    results[k] = run_.sources.load(pass[k].sources.front(), run_.load);
  });
  for (std::size_t k = 0; k < pass.size(); ++k) {
    if (results[k].ok()) {
      images_.push_back(share(std::move(results[k]).value()));
    } else {
      problem_(pass[k],
               "the source '" + pass[k].sources.front() + "': " + results[k].error().message);
    }
  }
  return images_.size() == pass.size();
}

bool RecordedBatch::has_samples(RecordedPass pass) const {
  return std::ranges::equal(passes_.front(), pass,
                            [](const SampleRecord& a, const SampleRecord& b) {
                              return a.slot == b.slot && a.sources.front() == b.sources.front();
                            });
}

// A path that was listed twice stands twice in a batch; its copies are alike, so each may be
// anybody's partner once.
std::optional<std::vector<int>> RecordedBatch::recorded_partners(RecordedPass pass) const {
  std::vector<int> partners;
  if (run_.methods.pairing(kMethod) == nullptr) return partners;
  std::multimap<std::string, int> places;
  for (std::size_t k = 0; k < pass.size(); ++k) {
    places.emplace(pass[k].sources.front(), static_cast<int>(k));
  }
  for (const SampleRecord& record : pass) {
    // Every place is taken out of the table once it is used, because a pairing is a permutation.
    const auto found = record.sources.size() > 1 ? places.find(record.sources[1]) : places.end();
    if (found == places.end()) {
      problem_(record, "its partner is not in its mini-batch, or is the partner of two samples");
      return std::nullopt;
    }
    // The same path may be listed under two classes only by mistake.
    if (record.label_indices[1] != pass[found->second].label_indices[0]) {
      problem_(record, "its partner has another class there");
    }
    partners.push_back(found->second);
    places.erase(found);
  }
  return partners;
}

PairingInput RecordedBatch::pairing_input(RecordedPass pass) {
  return {.count = prepared().count(),
          .distances = prepared().distances(kMethod),
          .key = key_of(pass),
          .used = used_ ? &*used_ : nullptr};
}

void RecordedBatch::mark_used(std::span<const int> partners) {
  if (used_) used_->add(partners);
}

const PreparedBatch& RecordedBatch::prepared() {
  // On demand: passes that were not mixed need no maps.
  if (prepared_ != nullptr) return *prepared_;
  const RecordedPass pass = passes_.front();
  prepared_ = run_.engine->prepare(
      {.count = static_cast<int>(images_.size()), .methods = std::span(&kMethod, 1)}, [&](int i) {
        return BatchSample{
            .image = images_[i], .label = pass[i].label_indices.front(), .slot = pass[i].slot};
      });
  return *prepared_;
}

std::unique_ptr<MixedBatch> RecordedBatch::mix(RecordedPass pass, std::span<const int> partners) {
  return prepared().mix(kMethod, partners, key_of(pass));
}

std::vector<float> RecordedBatch::pair_distances(std::span<const int> partners) {
  return prepared().pair_distances(kMethod, partners);
}

const SaliencyMap& RecordedBatch::map(std::size_t image) {
  return prepared().map(kMethod, static_cast<int>(image));
}

// On demand, because most recipes need no maps.
RecipeImages RecordedBatch::recipe_images() {
  return {.image = [this](int k) { return images_[k]->view(); },
          .map = [this](int k) -> const SaliencyMap& { return map(static_cast<std::size_t>(k)); }};
}

// The key of the run: draws depend on seed, round and batch alone, so they come out the same here.
DrawKey RecordedBatch::key_of(RecordedPass pass) const {
  return draw_key(run_.plan, pass.front().round, pass.front().batch);
}

}  // namespace guidedmixup
