// Three stages on TBB: hand out mini-batches in plan order, process several at a time, gather them
// in plan order. The first and the last run one at a time, so they need no locks; within the
// second, loops over images use the same threads.
#include <deque>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include <tbb/parallel_pipeline.h>

#include <guidedmixup/core/meeting_point.hpp>
#include <guidedmixup/run/pipeline.hpp>

#include "batch_task.hpp"
#include "shard_plan.hpp"

namespace guidedmixup {
namespace {

// Owns the mini-batches on their way. The pipeline passes bare pointers: when a stage throws, TBB
// drops its tokens without destroying them, and the shards in hand must be thrown away all the
// same.
class TasksInFlight {
 public:
  BatchTask* add(std::unique_ptr<BatchTask> task) {
    const std::lock_guard lock(mutex_);
    return tasks_.emplace_back(std::move(task)).get();
  }
  // The oldest one: the last stage sees them in order.
  void remove_first() {
    const std::lock_guard lock(mutex_);
    tasks_.pop_front();
  }

 private:
  // The first and the last stage run at the same time, each on its own task.
  std::mutex mutex_;
  std::deque<std::unique_ptr<BatchTask>> tasks_;
};

// Hands out the mini-batches of all missing shards in plan order. A shard is opened with its first
// mini-batch and is owned by its tasks; the last of them closes it, published or not.
class BatchFeed {
 public:
  explicit BatchFeed(const PipelineInput& input) : input_(input) {}

  std::unique_ptr<BatchTask> next() {
    while (shard_ == nullptr || next_in_shard_ == shard_->plan.batches) {
      shard_ = nullptr;
      if (next_shard_ == input_.plan.shards()) return nullptr;
      shard_ = open(next_shard_++);
      next_in_shard_ = 0;
    }
    auto task = std::make_unique<BatchTask>();
    task->shard = shard_;
    task->batch =
        input_.plan.batch(shard_->plan.shuffle, shard_->plan.first_batch + next_in_shard_++);
    // Tasks are gathered in this order, so the last one handed out is the last one that comes back.
    task->last_of_shard = next_in_shard_ == shard_->plan.batches;
    return task;
  }

 private:
  // Null when no method lacks the shard.
  [[nodiscard]] std::shared_ptr<OpenShard> open(std::uint64_t number) const {
    auto shard = std::make_shared<OpenShard>();
    shard->plan = input_.plan.shard(number);
    shard->writers.resize(input_.sinks.size());
    shard->sample_lines.resize(input_.sinks.size());
    bool missing = false;
    for (std::size_t method = 0; method < input_.sinks.size(); ++method) {
      ShardSink& sink = *input_.sinks[method];
      if (sink.has_shard(number)) continue;
      shard->writers[method] = sink.open_shard(shard_plan(shard->plan));
      missing = true;
    }
    return missing ? shard : nullptr;
  }

  const PipelineInput& input_;
  std::shared_ptr<OpenShard> shard_;
  std::uint32_t next_in_shard_ = 0;
  std::uint64_t next_shard_ = 0;
};

// Gathers a mini-batch into its shard; the shard's last one publishes it. Called in plan order.
void collect(const PipelineInput& input, BatchTask& task) {
  // In plan order, so that the sample that is named does not depend on threads.
  if (input.fail_on_reject && !task.first_reject.empty()) {
    throw UnusableSamplesError("--on-error fail: cannot use " + task.first_reject);
  }
  OpenShard& shard = *task.shard;
  const auto append = [](std::vector<std::string>& to, std::vector<std::string>& from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  };
  append(shard.reject_lines, task.reject_lines);
  for (std::size_t method = 0; method < shard.writers.size(); ++method) {
    if (shard.writers[method] == nullptr) continue;
    append(shard.sample_lines[method], task.sample_lines[method]);
    if (!task.last_of_shard) continue;
    const StageTimes::Timer timer(&input.statistics.stages, Stage::kPublishing);
    shard.writers[method]->publish(shard.sample_lines[method], shard.reject_lines);
  }
}

}  // namespace

void run_pipeline(const PipelineInput& input) {
  GUIDEDMIXUP_CHECK(input.sinks.size(), ==, static_cast<std::size_t>(input.methods.count()));
  BatchFeed feed(input);
  TasksInFlight in_flight;
  MeetingPoint meeting_point;
  const MeetingPoint::Wait wait(meeting_point);
  const auto next = [&](tbb::flow_control& control) -> BatchTask* {
    throw_if_stopped(input.stop);
    const MeetingPoint::Piece piece(meeting_point);
    auto task = feed.next();
    if (task != nullptr) return in_flight.add(std::move(task));
    control.stop();
    return nullptr;
  };
  const auto process = [&](BatchTask* task) {
    const MeetingPoint::Piece piece(meeting_point);
    process_batch(input, *task);
    return task;
  };
  const auto finish = [&](BatchTask* task) {
    const MeetingPoint::Piece piece(meeting_point);
    collect(input, *task);
    in_flight.remove_first();
  };
  // The number of tokens bounds the memory: no more mini-batches are handed out until one is
  // gathered.
  tbb::parallel_pipeline(
      static_cast<std::size_t>(input.batches_in_flight),
      tbb::make_filter<void, BatchTask*>(tbb::filter_mode::serial_in_order, next) &
          tbb::make_filter<BatchTask*, BatchTask*>(tbb::filter_mode::parallel, process) &
          tbb::make_filter<BatchTask*, void>(tbb::filter_mode::serial_in_order, finish));
}

}  // namespace guidedmixup
