// guidedmixup-preview.so: the only code that is linked to Pango and Cairo.
#include <new>
#include <string_view>

#include <fcntl.h>
#include <glib.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/module.hpp>

#include "../drawing_module.hpp"
#include "canvas.hpp"
#include "sheet_drawing.hpp"

GUIDEDMIXUP_MODULE_IDENTITY

namespace guidedmixup::preview {
namespace {

// A second descriptor of standard error, which may lead nowhere for a while.
int standard_error() {
  // 3 or above: never one of the standard streams. Closed on exec, because no child should inherit
  // it.
  static const int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  return kept;
}

// Where GLib gives up (no memory, no thread) it would end the process by a signal.
void end_when_fatal(GLogLevelFlags level) {
  if ((level & G_LOG_LEVEL_ERROR) == 0) return;
  static constexpr std::string_view kText =
      "guidedmixup: cannot draw the contact sheet: the system refuses more memory or threads\n";
  if (write(standard_error(), kText.data(), kText.size()) < 0) _exit(1);
  _exit(1);
}

void drop_message(const gchar* /*domain*/, GLogLevelFlags level, const gchar* /*message*/,
                  gpointer /*data*/) {
  end_when_fatal(level);
}

GLogWriterOutput drop_structured(GLogLevelFlags level, const GLogField* /*fields*/, gsize /*count*/,
                                 gpointer /*data*/) {
  end_when_fatal(level);
  return G_LOG_WRITER_HANDLED;
}

// Both of GLib's ways to speak. The second may be set only once in a program. What these libraries
// warn of is not about the sheet.
void silence_glib() {
  static const bool silenced = [] {
    g_log_set_default_handler(drop_message, nullptr);
    g_log_set_writer_func(drop_structured, nullptr, nullptr);
    return true;
  }();
  static_cast<void>(silenced);
}

// Fontconfig complains of its configuration on standard error itself, with no way to stop it.
class QuietStandardError {
 public:
  QuietStandardError() {
    // Where /dev/null cannot be opened, the complaints are seen, which is better than no sheet.
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (standard_error() >= 0 && nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    if (nowhere >= 0) close(nowhere);
  }
  ~QuietStandardError() {
    if (standard_error() >= 0) dup2(standard_error(), STDERR_FILENO);
  }
  QuietStandardError(const QuietStandardError&) = delete;
  QuietStandardError& operator=(const QuietStandardError&) = delete;
};

// The stream is led away only for the search, and no other thread of the program writes meanwhile.
void find_fonts_quietly() {
  const QuietStandardError quiet;
  require_fonts();
}

}  // namespace
}  // namespace guidedmixup::preview

extern "C" __attribute__((visibility("default"))) void guidedmixup_draw_sheet(
    const guidedmixup::ContactSheet& sheet,
    guidedmixup::preview::DrawingOutcome& outcome) noexcept {
  using guidedmixup::preview::DrawingOutcome;
  try {
    guidedmixup::preview::silence_glib();
    guidedmixup::preview::find_fonts_quietly();
    // Only errors from outside are caught. A mistake of ours passes on, and noexcept ends the
    // program there.
    outcome.image = guidedmixup::preview::draw_sheet(sheet);
    outcome.status = DrawingOutcome::Status::kDone;
  } catch (const std::bad_alloc&) {
    outcome.status = DrawingOutcome::Status::kOutOfMemory;
  } catch (const guidedmixup::RunError& error) {
    outcome.status = DrawingOutcome::Status::kFailed;
    outcome.message = error.what();
  }
}
