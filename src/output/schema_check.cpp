#include "schema_check.hpp"

// The validator's templates convert between integer types freely.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

#include <guidedmixup/output/manifest.hpp>

namespace guidedmixup {
namespace {

// The schema that is published beside each manifest is the one that is checked here, so what
// `verify` accepts is what the schema says.
using Adapter = valijson::adapters::NlohmannJsonAdapter;

// The validator matches patterns by std::regex, whose stack grows with the text: a long one from
// outside would end the program. Whoever reads these texts holds them to their form: they are read
// before they come here.
void leave_out_patterns(nlohmann::json& schema) {
  if (schema.is_object() && schema.contains("pattern") && schema["pattern"].is_string()) {
    schema.erase("pattern");
  }
  for (nlohmann::json& item : schema) {
    if (item.is_structured()) leave_out_patterns(item);
  }
}

void parse_schema(const nlohmann::json& document, valijson::Schema& schema) {
  valijson::SchemaParser parser;
  parser.populateSchema(Adapter(document), schema);
}

// The adapter knows the library's unordered values only, hence the copy.
std::vector<std::string> problems_of(const valijson::Schema& schema, const OrderedJson& json) {
  const nlohmann::json document = json;
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schema, Adapter(document), &results)) return {};
  std::vector<std::string> problems;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    std::string place;
    // Steps look like "[samples]"; the first is the document itself.
    for (const std::string& step : error.context) place += step;
    problems.push_back(place + ": " + error.description);
  }
  return problems;
}

}  // namespace

struct SchemaCheck::Schemas {
  valijson::Schema header;
  valijson::Schema sample;
};

SchemaCheck::SchemaCheck() : schemas_(std::make_unique<Schemas>()) {
  auto whole = nlohmann::json::parse(manifest_schema());
  leave_out_patterns(whole);
  parse_schema(whole, schemas_->header);
  // Samples are checked one by one, never as a list in a whole document.
  parse_schema(whole.at("definitions").at("sample"), schemas_->sample);
}

SchemaCheck::~SchemaCheck() = default;

std::vector<std::string> SchemaCheck::header_problems(const OrderedJson& header) const {
  return problems_of(schemas_->header, header);
}

std::vector<std::string> SchemaCheck::sample_problems(const OrderedJson& sample) const {
  return problems_of(schemas_->sample, sample);
}

}  // namespace guidedmixup
