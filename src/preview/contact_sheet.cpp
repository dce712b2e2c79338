// The entrance to the stage: checks the sheet, makes sure that the drawing libraries will get what
// they need, and calls the drawing module.
#include <cstddef>
#include <new>
#include <utility>

#include <guidedmixup/core/module.hpp>
#include <guidedmixup/core/spare.hpp>
#include <guidedmixup/preview/contact_sheet.hpp>

#include "drawing_module.hpp"

namespace guidedmixup {
namespace {

// The sheet comes from our own code, and the module reads pixels by these sizes without asking
// again.
void check_sizes(const ContactSheet& sheet) {
  std::size_t rows = 0;
  for (const SheetSection& section : sheet.sections) {
    rows += section.rows.size();
    for (const SheetRow& row : section.rows) {
      const Size size = row.source.size();
      const auto pixels = static_cast<std::size_t>(size.pixels());
      GUIDEDMIXUP_CHECK(row.source.empty(), ==, false);
      GUIDEDMIXUP_CHECK(row.mixed.size() == size, ==, true);
      GUIDEDMIXUP_CHECK(row.partner.empty() || row.partner.size() == size, ==, true);
      GUIDEDMIXUP_CHECK(row.mask.empty() || row.mask.size() == pixels, ==, true);
      if (row.source_map) GUIDEDMIXUP_CHECK(row.source_map->size(), ==, pixels);
      if (row.partner_map) GUIDEDMIXUP_CHECK(row.partner_map->size(), ==, pixels);
    }
  }
  // The layout takes the largest cell of all rows, and without one it has no size.
  GUIDEDMIXUP_CHECK(rows, >=, std::size_t{1});
}

// GLib and Pango end the process when they are refused a thread or memory. So the memory and the
// threads are taken for a moment and given back, before the libraries ask for them.
void require_room() {
  constexpr int kThreads = 4;                             // Pango's look for fonts
  constexpr std::size_t kBytes = std::size_t{96} << 20U;  // with four stacks of 8 MiB
  if (!has_spare_memory(kBytes)) throw std::bad_alloc();
  if (spare_threads(kThreads) < kThreads) {
    throw RunError(
        "cannot draw the contact sheet: its libraries need more threads than the system allows "
        "this "
        "process (process or memory limit, see 'ulimit')");
  }
}

}  // namespace

Image draw_contact_sheet(const ContactSheet& sheet) {
  check_sizes(sheet);
  require_room();
  // Loaded at the first sheet: no other command needs Pango and Cairo, or should wait for them.
  static const auto draw = reinterpret_cast<preview::DrawSheet>(
      load_module_function("preview", "guidedmixup_draw_sheet"));
  preview::DrawingOutcome outcome;
  draw(sheet, outcome);
  // The module cannot throw across its border, so its outcome is thrown here.
  switch (outcome.status) {
    case preview::DrawingOutcome::Status::kDone:
      return std::move(outcome.image);
    case preview::DrawingOutcome::Status::kOutOfMemory:
      throw std::bad_alloc();
    case preview::DrawingOutcome::Status::kFailed:
      break;
  }
  throw RunError(outcome.message);
}

}  // namespace guidedmixup
