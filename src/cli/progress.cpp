// `ProgressBase` counts and times; a style (Bar, Plain, JsonLines, NoProgress) says how often and
// how a line is drawn. The object is locked for each call, since threads report at the same time.
#include "progress.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>

#include <fmt/format.h>
#include <unistd.h>

#include <guidedmixup/output/report.hpp>

#include "terminal.hpp"

namespace guidedmixup {

// Shared by all styles: what was said, what is done, and how fast. A style only decides when and
// how a line is drawn. `total_` is 0 as long as no line is open: before `start`, and after the end.
class ProgressBase : public Reporter {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ProgressBase(bool quiet) : quiet_(quiet) {}

  void note(const std::string& text) override {
    const std::lock_guard lock(mutex_);
    if (quiet_) return;
    // The note takes the bar's line; the next drawing puts the bar below it.
    clear_line();
    print_error("guidedmixup: note: " + text + "\n");
  }
  void start(std::uint64_t total, std::uint64_t done) override {
    const std::lock_guard lock(mutex_);
    total_ = total;
    done_ = done;
    done_at_start_ = done;
    begin_ = Clock::now();
    last_drawn_ = begin_;
    draw(false);
  }
  void advance(std::uint64_t images) override {
    const std::lock_guard lock(mutex_);
    done_ += images;
    const auto now = Clock::now();
    // A time, not a count of images: drawing costs the same whatever the speed.
    if (now - last_drawn_ < interval()) return;
    last_drawn_ = now;
    draw(false);
  }
  void finish() override {
    const std::lock_guard lock(mutex_);
    if (total_ > 0) draw(true);
    total_ = 0;
  }
  void finish(std::uint64_t repeated) {
    repeated_ = repeated;
    finish();
  }
  // The command ends where it is, if it has not finished.
  void break_off() {
    const std::lock_guard lock(mutex_);
    if (total_ > 0) end_line();
    total_ = 0;
  }

 protected:
  [[nodiscard]] virtual Clock::duration interval() const { return std::chrono::seconds(10); }
  virtual void draw(bool last) = 0;
  virtual void clear_line() {}
  virtual void end_line() {}

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - begin_).count();
  }
  [[nodiscard]] double rate() const {
    const double elapsed = seconds();
    // A resumed run begins with images that are there already and took no time.
    return elapsed > 0 ? static_cast<double>(done_ - done_at_start_) / elapsed : 0;
  }
  // At the mean speed so far: a speed of the moment would jump with every large image.
  [[nodiscard]] double seconds_left() const {
    return rate() > 0 ? static_cast<double>(total_ - std::min(done_, total_)) / rate() : 0;
  }
  // Rounded down, so that 100% stands only for all.
  [[nodiscard]] int percent() const {
    return total_ == 0 ? 100 : static_cast<int>(100 * std::min(done_, total_) / total_);
  }

  bool quiet_;
  std::mutex mutex_;
  // Behind the last line.
  [[nodiscard]] std::string repeats_text() const {
    return repeated_ == 0 ? "" : fmt::format(", {} repeat a pair", repeated_);
  }

  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t repeated_ = 0;

 private:
  // What an earlier run had made; the rate leaves it out.
  std::uint64_t done_at_start_ = 0;
  Clock::time_point begin_;
  Clock::time_point last_drawn_;
};

namespace {

// Minutes and seconds, with hours from the first one on.
std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

// One line on a terminal, redrawn in place.
class Bar final : public ProgressBase {
 public:
  using ProgressBase::ProgressBase;

 protected:
  [[nodiscard]] Clock::duration interval() const override { return std::chrono::milliseconds(100); }

  void draw(bool last) override {
    const int columns = terminal_columns(STDERR_FILENO);
    std::string text = fmt::format(" {:3}% {}/{}", percent(), std::min(done_, total_), total_);
    const std::string speed = fmt::format(" {:.0f}/s", rate());
    const std::string left = last ? " in " + clock_text(seconds()) + repeats_text()
                                  : " " + clock_text(seconds_left()) + " left";
    // What does not fit is left out from the right; the line never wraps.
    const auto room = [&] { return columns - 1 - static_cast<int>(text.size()); };
    if (room() > static_cast<int>(speed.size())) text += speed;
    if (room() > static_cast<int>(left.size())) text += left;
    const int width = std::min(room() - 2, 40);
    if (width >= 5) {
      const int filled = width * percent() / 100;
      text = "[" + std::string(filled, '#') + std::string(width - filled, '.') + "]" + text;
    }
    text.resize(std::min(text.size(), static_cast<std::size_t>(std::max(columns - 1, 1))));
    // Not by print_error, which would escape the control characters. "\x1b[K" clears what a longer
    // line left behind.
    draw_error("\r" + text + "\x1b[K" + (last ? "\n" : ""));
  }
  void clear_line() override { draw_error("\r\x1b[K"); }
  void end_line() override { print_error("\n"); }
};

// For logs and other files: lines that stay.
class Plain final : public ProgressBase {
 public:
  using ProgressBase::ProgressBase;

 protected:
  void draw(bool last) override {
    // `start` draws, too, and a line that says 0% helps nobody. Logs get one line each ten seconds.
    if (!last && seconds() < 1) return;
    print_error(fmt::format("guidedmixup: {} of {} images ({}%), {:.0f} per second, {}\n",
                            std::min(done_, total_), total_, percent(), rate(),
                            last ? "in " + clock_text(seconds()) + repeats_text()
                                 : clock_text(seconds_left()) + " left"));
  }
};

// For programs that show the progress themselves: one object per line, notes as well.
class JsonLines final : public ProgressBase {
 public:
  using ProgressBase::ProgressBase;
  void note(const std::string& text) override {
    const std::lock_guard lock(mutex_);
    if (!quiet_) print_error(report_json({ReportValue::Object{{"note", {text}}}}) + "\n");
  }

 protected:
  [[nodiscard]] Clock::duration interval() const override { return std::chrono::seconds(1); }
  void draw(bool last) override {
    // All keys in each line, so that a reader needs no defaults; only `repeated` is for the last
    // one.
    ReportValue::Object line{{"done", {std::min(done_, total_)}},
                             {"total", {total_}},
                             {"images_per_second", {static_cast<float>(rate())}},
                             {"seconds_left", {static_cast<float>(seconds_left())}},
                             {"finished", {last}}};
    if (last && repeated_ > 0) line.push_back({"repeated", {repeated_}});
    print_error(report_json({line}) + "\n");
  }
};

// Notes are still printed, unless --quiet drops them.
class NoProgress final : public ProgressBase {
 public:
  using ProgressBase::ProgressBase;

 protected:
  void draw(bool /*last*/) override {}
};

std::unique_ptr<ProgressBase> make_progress(const std::string& style, bool quiet) {
  // With --quiet even notes are dropped; with none they are not.
  if (quiet || style == "none") return std::make_unique<NoProgress>(quiet);
  if (style == "json") return std::make_unique<JsonLines>(quiet);
  const bool bar = style == "bar" || (style == "auto" && is_capable_terminal(STDERR_FILENO));
  if (bar) return std::make_unique<Bar>(quiet);
  return std::make_unique<Plain>(quiet);
}

}  // namespace

Progress::Progress(const std::string& style, bool quiet) : base_(make_progress(style, quiet)) {}

Progress::~Progress() {
  try {
    base_->break_off();
  } catch (const std::exception&) {
    // Out of memory, most likely: what ended the command says so, if on the same line.
  }
}

Reporter& Progress::reporter() const { return *base_; }

void Progress::finish() const { base_->finish(); }

void Progress::finish(std::uint64_t repeated) const { base_->finish(repeated); }

}  // namespace guidedmixup
