// `preview`: a contact sheet of an output.
#include <filesystem>

#include <guidedmixup/check/sheet_rows.hpp>
#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/engine/worker_threads.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/output/output_place.hpp>
#include <guidedmixup/output/user_file.hpp>
#include <guidedmixup/preview/contact_sheet.hpp>

#include "command.hpp"
#include "numbers.hpp"
#include "progress.hpp"
#include "signals.hpp"
#include "terminal.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples =
    "  guidedmixup preview mixed -o sheet.png\n"
    "  guidedmixup preview mixed -o sheet.jpg --rows 12 --input /data/photos\n";

struct PreviewOptions {
  std::string output;
  std::string sheet;
  bool overwrite = false;
  std::string input;
  int rows = 6;
};

// By the name alone, as other programs will read it.
ImageFormat format_of(const std::string& sheet) {
  const std::string extension = file_extension(sheet);
  if (extension == "png") return ImageFormat::kPng;
  if (extension == "jpg" || extension == "jpeg") return ImageFormat::kJpeg;
  if (extension == "webp") return ImageFormat::kWebp;
  throw UsageError("--output must end in .png, .jpg or .webp, found '" + printable(sheet) + "'");
}

// Asked before anything is drawn.
void refuse_place(const PreviewOptions& options) {
  refuse_inside("the contact sheet", options.sheet, "the output", {options.output});
  std::error_code error;
  if (!options.overwrite || fs::is_directory(options.sheet, error)) {
    refuse_existing("the contact sheet", options.sheet,
                    "choose another name, or use --overwrite to replace a file");
  }
}

ExitCode run_preview(const PreviewOptions& options) {
  EncodeOptions encode;
  encode.format = format_of(options.sheet);
  refuse_place(options);
  SheetRequest request;
  request.picture = options.sheet;
  request.rows = options.rows;
  if (!options.input.empty()) request.input_root = options.input;
  request.parallel = tbb_parallel_for();
  // Notes, but no bar: a sheet is drawn in seconds.
  const Progress progress("none", false);
  WorkerThreads threads(default_threads(), progress.reporter());
  set_decode_memory(std::nullopt);
  // Rows are computed by all threads; drawing is done by this one.
  ContactSheet rows;
  threads.run([&] { rows = read_contact_sheet(options.output, request); });
  const Image sheet = draw_contact_sheet(rows);
  // Encoded in memory first: a failure leaves no file, and the file is written in one step.
  ByteBuffer bytes;
  encode_image(sheet.view(), encode, bytes);
  catch_stop_signals();  // never leave half a sheet behind
  write_user_file(options.sheet, {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                  options.overwrite ? ExistingFile::kReplace : ExistingFile::kKeep);
  print_path(options.sheet);
  flush_output("the contact sheet is complete");
  return ExitCode::kDone;
}

}  // namespace

Command add_preview_command(CLI::App& program) {
  CLI::App* app = add_subcommand(
      program, "preview",
      "Draw a contact sheet of sources, saliency maps, masks, mixed images and labels", kExamples);
  auto o = std::make_shared<PreviewOptions>();
  app->add_option("OUT", o->output, "an output of augment")->required();
  app->add_option("-o,--output", o->sheet, "image file to write: .png, .jpg or .webp")
      ->type_name("FILE")
      ->required();
  app->add_flag("--overwrite", o->overwrite, "replace FILE if it exists");
  app->add_option("--input", o->input, "folder of the sources; default: the manifest's input.root")
      ->type_name("DIR");
  app->add_option("--rows", o->rows, "mixed images to show per method")
      ->type_name("N")
      ->transform(number_within(Range<int>{1, 100}))
      ->capture_default_str();
  return {app, [o] { return run_preview(*o); }};
}

}  // namespace guidedmixup
