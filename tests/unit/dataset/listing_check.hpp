// Listings as short texts, so that a test shows at a glance what it expects.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/dataset/listing.hpp>

#include "support/files.hpp"

namespace guidedmixup::test {

using Texts = std::vector<std::string>;

inline Listing walk(const std::vector<std::string>& inputs) {
  ListingRequest request;
  request.inputs = inputs;
  return make_listing(request);
}

inline Listing walk(const TemporaryFolder& folder) { return walk({folder.path().string()}); }

/// "PATH CLASS" for each sample.
inline Texts samples_of(const Listing& listing) {
  Texts texts;
  for (const Sample& sample : listing.samples) {
    texts.push_back(sample.path + " " + listing.classes.at(static_cast<std::size_t>(sample.label)));
  }
  return texts;
}

/// "POSITION PATH CODE" for each reject.
inline Texts rejects_of(const Listing& listing) {
  Texts texts;
  for (const ListingReject& reject : listing.rejects) {
    texts.push_back(std::to_string(reject.position) + " " + reject.path + " " +
                    std::string(to_string(reject.error.code)));
  }
  return texts;
}

/// The message of the UsageError that `make` throws, "RunError: ..." for a failed run, or
/// "no error".
inline std::string usage_error_of(const std::function<void()>& make) {
  try {
    make();
  } catch (const UsageError& error) {
    return error.what();
  } catch (const RunError& error) {
    return std::string("RunError: ") + error.what();
  }
  return "no error";
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace guidedmixup::test
