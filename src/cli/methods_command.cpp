// `methods`: what this program can do, read from the registries.
#include <fmt/format.h>
#include <unistd.h>

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/engine/device.hpp>
#include <guidedmixup/method/method.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/output/report.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

#include "command.hpp"
#include "terminal.hpp"

namespace guidedmixup {
namespace {

constexpr const char* kExamples =
    "  guidedmixup methods\n"
    "  guidedmixup methods --json\n";

std::string text_of(std::string_view text) { return std::string(text); }

// Everything is read from the registries, so a new part appears here by itself.
ReportValue parameter_report(const ParameterInfo& info) {
  ReportValue::Object object{{"name", {info.name}}, {"summary", {info.summary}}};
  object.push_back({"default", {to_text(info.default_value)}});
  if (!info.choices.empty()) {
    ReportValue::List choices;
    for (const std::string& choice : info.choices) choices.push_back({choice});
    object.push_back({"choices", {choices}});
  }
  return {object};
}

template <typename Info>
ReportValue part_report(const Info& info) {
  ReportValue::List parameters;
  for (const ParameterInfo& parameter : info.parameters) {
    parameters.push_back(parameter_report(parameter));
  }
  return {ReportValue::Object{{"name", {text_of(info.name)}},
                              {"summary", {text_of(info.summary)}},
                              {"paper", {text_of(info.paper)}},
                              {"parameters", {parameters}}}};
}

template <typename Range>
ReportValue parts_report(const Range& infos) {
  ReportValue::List list;
  for (const auto* info : infos) list.push_back(part_report(*info));
  return {list};
}

std::string methods_json() {
  ReportValue::List methods;
  for (const MethodInfo& info : method_registry()) {
    methods.push_back({ReportValue::Object{{"name", {text_of(info.name)}},
                                           {"summary", {text_of(info.summary)}},
                                           {"paper", {text_of(info.paper)}},
                                           {"saliency", {text_of(info.saliency)}},
                                           {"pairing", {text_of(info.pairing)}},
                                           {"mixing", {text_of(info.mixing)}}}});
  }
  // Engines that this build lacks are listed, too, with the reason: that is why people ask.
  ReportValue::List engines;
  for (const EngineStatus& engine : engine_statuses()) {
    engines.push_back({ReportValue::Object{{"name", {engine.name}},
                                           {"available", {engine.available}},
                                           {"usable", {engine.usable}},
                                           {"detail", {engine.detail}}}});
  }
  return report_json({ReportValue::Object{{"methods", {methods}},
                                          {"saliency", parts_report(saliency_registry())},
                                          {"pairing", parts_report(pairing_registry())},
                                          {"mixing", parts_report(mixing_registry())},
                                          {"engines", {engines}}}});
}

// Words wrap at the terminal's width; into a pipe at 80 columns.
void print_entry(const std::string& head, std::string_view summary, std::string_view paper) {
  const int columns = terminal_columns(STDOUT_FILENO);
  print_out("  " + head + "\n" + wrap_text(summary, columns, 6));
  if (!paper.empty()) print_out(wrap_text(paper, columns, 6));
}

template <typename Range>
void print_parts(const std::string& title, const Range& infos) {
  print_out("\n" + title + "\n");
  for (const auto* info : infos) {
    print_entry(text_of(info->name), info->summary, info->paper);
    for (const ParameterInfo& parameter : info->parameters) {
      print_out(wrap_text(fmt::format("{}={}: {}", parameter.name, to_text(parameter.default_value),
                                      parameter.summary),
                          terminal_columns(STDOUT_FILENO), 10));
    }
  }
}

ExitCode print_methods(bool json) {
  if (json) {
    print_out(methods_json() + "\n");
    return ExitCode::kDone;
  }
  print_out("Methods: saliency + pairing + mixing (-m NAME[:key=value,...])\n");
  for (const MethodInfo& info : method_registry()) {
    print_entry(
        fmt::format("{} = {} + {} + {}", info.name, info.saliency, info.pairing, info.mixing),
        info.summary, info.paper);
  }
  print_parts("Saliency (key saliency)", saliency_registry());
  print_parts("Pairing (key pairing)", pairing_registry());
  print_parts("Mixing", mixing_registry());
  print_out("\nEngines (--device)\n");
  for (const EngineStatus& engine : engine_statuses()) {
    print_entry(engine.name + (engine.usable ? "" : " (not available here)"),
                printable(engine.detail), "");
  }
  return ExitCode::kDone;
}

}  // namespace

Command add_methods_command(CLI::App& program) {
  CLI::App* app = add_subcommand(
      program, "methods", "List methods, their parts and parameters, and engines", kExamples);
  auto json = std::make_shared<bool>(false);
  app->add_flag("--json", *json, "print as JSON");
  return {app, [json] { return print_methods(*json); }};
}

}  // namespace guidedmixup
