// What all INPUTs hold together, before any question of labels.
#pragma once

#include <string>

#include "inputs.hpp"
#include "walk.hpp"

namespace guidedmixup::dataset {

/// Walks every INPUT that is a folder and takes every one that is a file.
[[nodiscard]] Found scan_inputs(const Inputs& inputs);

/// A listing with the root, the rejects, the counts and the notes of what was found; the images
/// stay where they are.
[[nodiscard]] Listing listing_of(const Inputs& inputs, Found& found);

/// " (12 .gif, 3 .heic)": the pictures of kinds that are not read, the most frequent first; "" if
/// none.
[[nodiscard]] std::string unread_pictures_text(const Found& found);

/// Throws UsageError when no image was found, not even one that was rejected.
void require_images(const Inputs& inputs, const Found& found);

}  // namespace guidedmixup::dataset
