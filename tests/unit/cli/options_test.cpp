// What the options mean, without starting the program.
#include <algorithm>
#include <limits>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>

#include "../../../src/cli/augment_options.hpp"
#include "../../../src/cli/command.hpp"
#include "../../../src/cli/config_file.hpp"
#include "../../../src/cli/config_text.hpp"
#include "../../../src/cli/numbers.hpp"
#include "../../../src/cli/terminal.hpp"
#include "support/files.hpp"

using namespace guidedmixup;

namespace {

struct Parsed {
  explicit Parsed(std::vector<std::string> words) {
    options.declare(app);
    std::reverse(words.begin(), words.end());
    app.parse(words);
  }
  CLI::App app{"", "augment"};
  AugmentOptions options;
};

}  // namespace

TEST_CASE("sizes") {
  CHECK(parse_size("--size", "64").height == 64);
  CHECK(parse_size("--size", "320x200").width == 320);
  CHECK(parse_size("--size", "320x200").height == 200);
  for (const char* bad : {"", "x", "0", "-4", "12x", "x12", "12x0", "12y4", "99999", "1x2x3", " 4",
                          "+4", "0x10", "4x+4", "99999999999999999999"}) {
    CHECK_THROWS_AS((void)parse_size("--size", bad), UsageError);
  }
}

TEST_CASE("whole numbers are decimal digits and nothing else") {
  CHECK(parse_whole("0") == 0U);
  CHECK(parse_whole("016") == 16U);
  CHECK(parse_whole("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "0x10", "0b1", "1e3", "1.0", "1'000", "1,0",
                          "\xEF\xBC\x91", "18446744073709551616", "99999999999999999999999"}) {
    CHECK_MESSAGE(!parse_whole(bad), bad);
  }
}

TEST_CASE("every option with a number is held to one notation and to its range") {
  const auto parsed = [](const std::string& option, const std::string& text) {
    return Parsed({"in", "-o", "out", option + "=" + text});
  };
  CHECK(parsed("--rounds", "016").options.plan.rounds == 16);
  CHECK(parsed("--seed", "0008").options.plan.seed == 8);
  CHECK(parsed("--mix-prob", ".5").options.plan.mix_probability == 0.5F);
  CHECK(parsed("--mix-prob", "2.5e-1").options.plan.mix_probability == 0.25F);
  for (const char* option : {"--batch-size", "--rounds", "--limit", "--max-pixels", "--seed",
                             "--shard-size", "--quality", "--threads"}) {
    for (const char* bad : {"0x10", "+5", " 5", "5 ", "5.0", "5e1", "-5", "", "nan", "0b11",
                            "18446744073709551620", "9223372036854775808"}) {
      CHECK_THROWS_AS(parsed(option, bad), CLI::ParseError);
    }
  }
  for (const char* bad :
       {"nan", "inf", "-inf", "0x1p-1", " 0.5", "+0.5", "0,5", "1.0000001", "-0.1", "1e999", ""}) {
    CHECK_THROWS_AS(parsed("--mix-prob", bad), CLI::ParseError);
  }
}

TEST_CASE("bytes") {
  CHECK(parse_bytes("--memory", "0") == 0);
  CHECK(parse_bytes("--memory", "12345") == 12345);
  CHECK(parse_bytes("--memory", "12b") == 12);
  CHECK(parse_bytes("--memory", "3k") == 3 * 1024);
  CHECK(parse_bytes("--memory", "512MiB") == std::uint64_t{512} << 20U);
  CHECK(parse_bytes("--memory", "2GB") == std::uint64_t{2} << 30U);
  CHECK(parse_bytes("--memory", "1Ti") == std::uint64_t{1} << 40U);
  for (const char* bad : {"", "-1", "1.5G", "1e9", "5X", "1 G", "iB", "12ib", "0x10", "+1",
                          "99999999999999999999", "17179869184G"}) {
    CHECK_THROWS_AS((void)parse_bytes("--memory", bad), UsageError);
  }
}

TEST_CASE("text is wrapped at blanks") {
  CHECK(wrap_text("one two three four five six", 20, 4) ==
        "    one two three\n    four five six\n");
  CHECK(wrap_text("averyveryverylongwordindeed", 16, 0) == "averyveryverylon\ngwordindeed\n");
  CHECK(wrap_text("a\nb", 40, 2) == "  a\n  b\n");
  CHECK(wrap_text("", 40, 2) == "  \n");
}

TEST_CASE("a run from options") {
  const Parsed parsed(
      {"in",     "-o",    "out",   "-m",         "mixup",     "-m",     "cutmix:alpha=0.5",
       "--size", "48x32", "--fit", "contain",    "--quality", "80",     "--format",
       "webp",   "-j",    "3",     "--mix-prob", "0.25",      "--seed", "9223372036854775807"});
  const RunConfig config = parsed.options.to_run_config();
  CHECK(config.methods.size() == 2);
  CHECK(*config.load.size == Size{48, 32});
  CHECK(config.load.fit == Fit::kContain);
  CHECK(*config.quality == 80);
  CHECK(*config.format == ImageFormat::kWebp);
  CHECK(config.threads == 3);
  CHECK(config.plan.mix_probability == 0.25F);
  CHECK(config.plan.seed == 9223372036854775807U);
}

TEST_CASE("combinations that make no sense are refused") {
  const auto run = [](std::vector<std::string> words) {
    return Parsed(std::move(words)).options.to_run_config();
  };
  CHECK_THROWS_AS((void)run({"-o", "out"}), UsageError);
  CHECK_THROWS_AS((void)run({"in"}), UsageError);
  CHECK_THROWS_AS((void)run({"in", "-o", "out", "--resume", "--overwrite"}), UsageError);
  CHECK_THROWS_AS((void)run({"in", "-o", "out", "-0"}), UsageError);
  CHECK_THROWS_AS((void)run({"in", "-o", "out", "--json"}), UsageError);
  CHECK_THROWS_AS((void)run({"in", "-o", "o", "--format", "webp", "--size", "16384x16"}),
                  UsageError);
  CHECK(run({"in", "-o", "o", "--format", "webp", "--size", "16x16383"}).load.size->height ==
        16383);
  CHECK_THROWS_AS((void)run({"in", "-o", "out", "-m", "mixup", "-m", "mixup:alpha=1"}), UsageError);
  CHECK_THROWS_AS((void)run({"in", "-o", "o", "-m", "mixup:alpha=0.5", "-m", "mixup:alpha=.5"}),
                  UsageError);
  CHECK_THROWS_AS(Parsed({"in", "-o", "out", "--mix-prob", "1.5"}), CLI::ParseError);
  CHECK_THROWS_AS(Parsed({"in", "-o", "out", "--batch-size", "1"}), CLI::ParseError);
  CHECK_THROWS_AS(Parsed({"in", "-o", "out", "--seed", "-1"}), CLI::ParseError);
}

TEST_CASE("a configuration file fills in what the command line left open") {
  const test::TemporaryFolder place;
  const std::string file = place.write(
      "c.toml",
      "batch-size = 8\nmethod = [\"mixup\", \"none\"]\nmix-prob = 0.5\ninclude-originals = true\n"
      "input = [\"a b\"]\noutput = \"out\"\n");
  Parsed parsed({"--batch-size", "16"});
  apply_config_file(parsed.app, file);
  CHECK(parsed.options.plan.batch_size == 16);
  CHECK(parsed.options.methods == std::vector<std::string>{"mixup", "none"});
  CHECK(parsed.options.plan.mix_probability == 0.5F);
  CHECK(parsed.options.plan.include_originals);
  CHECK(parsed.options.inputs == std::vector<std::string>{"a b"});

  // What is printed means the same when it is read again.
  const std::string text = config_text(parsed.app, {"help", "config", "print-config"});
  Parsed again({});
  apply_config_file(again.app, place.write("d.toml", text));
  CHECK(config_text(again.app, {"help", "config", "print-config"}) == text);
  CHECK(again.options.inputs == parsed.options.inputs);
}

TEST_CASE("a configuration that is nested deeper than any is refused by its line") {
  const auto repeated = [](const char* text, int times) {
    std::string whole;
    for (int i = 0; i < times; ++i) whole += text;
    return whole;
  };
  CHECK(line_nested_too_deep("seed = 1\n" + repeated("a.", 100'000) + "a = 1\n") == 2);
  CHECK(line_nested_too_deep("[" + repeated("a.", 100'000) + "a]\n") == 1);
  CHECK(line_nested_too_deep("a = \n" + repeated("[", 100'000)) == 2);
  CHECK(line_nested_too_deep("a = " + repeated("{a = ", 100'000)) == 1);
  const std::string dots = "'" + repeated("../", 100) + "'";
  CHECK(line_nested_too_deep("input = [" + dots + ", " + dots + "]\n# " + dots + "\n") == 0);
  CHECK(line_nested_too_deep("a = \"\"\"\n" + repeated(".\\\"\n[", 50) + "\"\"\"\n") == 0);
  CHECK(line_nested_too_deep("a = \"x\n" + repeated("b.", 20)) == 2);  // never closed
}

TEST_CASE("what is printed as configuration means the same for any text") {
  const test::TemporaryFolder place;
  const std::string text = "it's \"q\" \\ \x1B \n \xC2\x9B \xF3\xA0\x81\x81 ''' \"\"\"";
  const Parsed parsed({text, "-o", text, "-m", "none", "-m", "mixup"});
  const std::string config = config_text(parsed.app, {"help", "config", "print-config"});
  Parsed again({});
  apply_config_file(again.app, place.write("c.toml", config));
  CHECK(again.options.inputs == std::vector<std::string>{text});
  CHECK(again.options.output == text);
  CHECK(again.options.methods == parsed.options.methods);
}

TEST_CASE("a printed configuration of nothing but defaults is printed again as it was") {
  const test::TemporaryFolder place;
  const Parsed parsed({});
  const std::string config = config_text(parsed.app, {"help", "config", "print-config"});
  Parsed again({});
  apply_config_file(again.app, place.write("c.toml", config));
  CHECK(config_text(again.app, {"help", "config", "print-config"}) == config);
}

TEST_CASE("a bad configuration file is named with its key or line") {
  const test::TemporaryFolder place;
  const auto error_of = [&](const char* text) {
    Parsed parsed({});
    try {
      apply_config_file(parsed.app, place.write("c.toml", text));
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  CHECK(error_of("bach-size = 8\n").find("'bach-size'") != std::string::npos);
  CHECK(error_of("rounds = 1\nbatch-size = = 8\n").find("line 2") != std::string::npos);
  CHECK(error_of("batch-size = \"many\"\n").find("'batch-size'") != std::string::npos);
  CHECK(error_of("batch-size = 1\n").find("'batch-size'") != std::string::npos);
  CHECK(error_of("[augment]\nseed = 1\n").find("'augment'") != std::string::npos);
  CHECK(error_of("seed = {a = 1}\n").find("'seed'") != std::string::npos);
  Parsed parsed({});
  CHECK_THROWS_AS(apply_config_file(parsed.app, (place.path() / "none.toml").string()), UsageError);
}
