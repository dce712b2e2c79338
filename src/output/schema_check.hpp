/// Checks of JSON documents against the manifest's schema.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "json_text.hpp"

namespace guidedmixup {

class SchemaCheck {
 public:
  SchemaCheck();
  ~SchemaCheck();
  SchemaCheck(const SchemaCheck&) = delete;
  SchemaCheck& operator=(const SchemaCheck&) = delete;

  /// What is wrong with a manifest (samples left out), or with one sample, as sentences.
  [[nodiscard]] std::vector<std::string> header_problems(const OrderedJson& header) const;
  [[nodiscard]] std::vector<std::string> sample_problems(const OrderedJson& sample) const;

 private:
  struct Schemas;
  std::unique_ptr<Schemas> schemas_;
};

}  // namespace guidedmixup
