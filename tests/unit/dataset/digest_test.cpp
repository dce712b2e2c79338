#include <algorithm>

#include <doctest/doctest.h>

#include <guidedmixup/dataset/listing.hpp>

using namespace guidedmixup;

namespace {

Listing example() {
  Listing listing;
  listing.root = "/data";
  listing.classes = {"cat", "dog"};
  listing.samples = {{"cat/a.jpg", 10, 0}, {"dog/b.jpg", 20, 1}};
  return listing;
}

}  // namespace

TEST_CASE("the digest is xxh3: and 16 hexadecimal digits, and stays what it is") {
  const std::string digest = listing_digest(example());
  REQUIRE(digest.size() == 21);
  CHECK(digest.starts_with("xxh3:"));
  CHECK(digest.find_first_not_of("0123456789abcdef", 5) == std::string::npos);
  // The plans of earlier runs hold such digests: a change here breaks their --resume.
  CHECK(digest == "xxh3:185534bc7a5a6fc3");
  // The digest of two zero counts, 16 bytes of 0.
  CHECK(listing_digest({}) == "xxh3:d0a66a65c7528968");
}

TEST_CASE("the digest changes with path, class, size and order, and with class names") {
  const std::string digest = listing_digest(example());
  const auto changed = [&](const auto& change) {
    Listing listing = example();
    change(listing);
    return listing_digest(listing) != digest;
  };
  CHECK(changed([](Listing& l) { l.samples[0].path = "cat/b.jpg"; }));
  CHECK(changed([](Listing& l) { l.samples[0].label = 1; }));
  CHECK(changed([](Listing& l) { l.samples[1].bytes = 21; }));
  CHECK(changed([](Listing& l) { l.samples[1].bytes += std::uint64_t{1} << 40U; }));
  CHECK(changed([](Listing& l) { std::swap(l.samples[0], l.samples[1]); }));
  CHECK(changed([](Listing& l) { l.samples.pop_back(); }));
  CHECK(changed([](Listing& l) { l.samples.push_back(l.samples[1]); }));
  CHECK(changed([](Listing& l) { l.classes[1] = "fox"; }));
  CHECK(changed([](Listing& l) { std::swap(l.classes[0], l.classes[1]); }));
  CHECK(changed([](Listing& l) { l.classes.emplace_back("fox"); }));
}

TEST_CASE("the digest does not change with anything else") {
  Listing listing = example();
  listing.root = "/elsewhere";
  listing.rejects.push_back({"x", 1, {RejectStage::kListing, RejectCode::kNoLabel, "no"}});
  listing.ignored_hidden = 3;
  listing.ignored_other = 4;
  listing.notes = {"a note"};
  CHECK(listing_digest(listing) == listing_digest(example()));
}

TEST_CASE("fields do not run into each other") {
  Listing one;
  one.classes = {"ab", "c"};
  Listing other;
  other.classes = {"a", "bc"};
  CHECK(listing_digest(one) != listing_digest(other));
}
