// Reports of commands as JSON: this stage is the only one that knows how, so commands hand over
// plain values.
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/report.hpp>

#include "json_text.hpp"

namespace guidedmixup {
namespace {

// As deep as the report's own structure, which is fixed in code, so the recursion has a bound.
OrderedJson to_json(const ReportValue& report) {
  if (const auto* list = std::get_if<ReportValue::List>(&report.value)) {
    OrderedJson json = OrderedJson::array();
    for (const ReportValue& item : *list) json.push_back(to_json(item));
    return json;
  }
  if (const auto* object = std::get_if<ReportValue::Object>(&report.value)) {
    OrderedJson json = OrderedJson::object();
    for (const auto& [key, item] : *object) json[key] = to_json(item);
    return json;
  }
  // Paths may hold any bytes; JSON holds UTF-8 only, and the library would throw.
  if (const auto* text = std::get_if<std::string>(&report.value)) return to_utf8(*text);
  if (const auto* truth = std::get_if<bool>(&report.value)) return *truth;
  if (const auto* number = std::get_if<float>(&report.value)) return *number;
  return std::get<std::uint64_t>(report.value);
}

}  // namespace

std::string report_json(const ReportValue& report) {
  // Reports go to terminals, too, so what a terminal would obey is written as \u escapes.
  return printable_json(json_text(to_json(report)));
}

}  // namespace guidedmixup
