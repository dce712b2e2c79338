/// A detector whose workers look at one image at a time and share nothing.
#pragma once

#include <memory>
#include <utility>

#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup {

/// `ImageWorker` has ImageWorker(values, size), SaliencyMap detect(ImageView), and a static
/// Size map_size(values, size).
template <typename ImageWorker>
class ImageDetector final : public SaliencyDetector {
 public:
  ImageDetector(ParameterValues values, Size size) : values_(std::move(values)), size_(size) {}

  [[nodiscard]] std::unique_ptr<SaliencyWorker> make_worker() const override {
    return std::make_unique<Worker>(values_, size_);
  }
  [[nodiscard]] Size map_size() const override { return ImageWorker::map_size(values_, size_); }

 private:
  class Worker final : public SaliencyWorker {
   public:
    Worker(const ParameterValues& values, Size size) : size_(size), worker_(values, size) {}

    void detect(std::span<const BatchSample> samples, std::span<SaliencyMap> maps) override {
      for (std::size_t i = 0; i < samples.size(); ++i) {
        const ImageView image = samples[i].image->view();
        GUIDEDMIXUP_CHECK(image.size == size_, ==, true);
        maps[i] = worker_.detect(image);
      }
    }

   private:
    Size size_;
    ImageWorker worker_;
  };

  ParameterValues values_;
  Size size_;
};

/// For SaliencyInfo::make.
template <typename ImageWorker>
std::unique_ptr<SaliencyDetector> make_image_detector(const ParameterValues& values, Size size) {
  return std::make_unique<ImageDetector<ImageWorker>>(values, size);
}

}  // namespace guidedmixup
