// The names that the parser lets pass here are those that image_io reads.
#include "loading_options.hpp"

#include "numbers.hpp"

namespace guidedmixup {

CLI::Option* LoadingOptions::declare_size(CLI::App& app, const std::string& summary) {
  return app.add_option("--size", size, summary)->type_name("SIZE");
}

CLI::Option* LoadingOptions::declare_fit(CLI::App& app, const std::string& summary) {
  return app.add_option("--fit", fit, summary)
      ->type_name("HOW")
      ->check(CLI::IsMember({"cover", "contain", "stretch"}))
      ->capture_default_str();
}

CLI::Option* LoadingOptions::declare_damaged(CLI::App& app) {
  return app
      .add_option("--damaged", damaged,
                  "how to handle images that decode with errors: reject or use")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"reject", "use"}))
      ->capture_default_str();
}

LoadOptions LoadingOptions::load_options() const {
  LoadOptions load;
  if (!size.empty()) load.size = parse_size("--size", size);
  load.fit = *parse_fit(fit);
  load.limits.use_damaged = damaged == "use";
  return load;
}

}  // namespace guidedmixup
