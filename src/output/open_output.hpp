/// An output folder while a run writes to it.
#pragma once

#include <string>

#include <guidedmixup/output/output_folder.hpp>

#include "folder.hpp"

namespace guidedmixup {

struct OpenOutput {
  Folder top;
  Folder images;
  FileDescriptor lock;       ///< plan.json
  std::string image_format;  ///< the images' extension
  OutputNote note;
};

}  // namespace guidedmixup
