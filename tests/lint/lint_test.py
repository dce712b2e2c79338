#!/usr/bin/env python3
"""Rules of this repository that no compiler checks: who may include whom, what must stay small.

Each rule is a function from a tree (relative path -> text) to a list of complaints. `Repository`
asks that the real tree has none; the other classes prove that each rule can fail.
"""

import pathlib
import posixpath
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The only place that says which stage may include which (docs/architecture.md draws it).
ALLOWED = {
    "core": set(),
    "dataset": {"core"},
    "plan": {"core"},
    "image_io": {"core"},
    "saliency": {"core"},
    "pairing": {"core"},
    "mixing": {"core"},
    "method": {"core", "saliency", "pairing", "mixing"},
    "engine": {"core", "saliency", "pairing", "mixing", "method"},
    "output": {"core"},
    "preview": {"core"},
    "run": {"core", "dataset", "plan", "image_io", "saliency", "pairing", "mixing", "method", "engine", "output"},
    "check": {"core", "dataset", "plan", "image_io", "saliency", "pairing", "mixing", "method", "engine", "output", "preview"},
    "maps": {"core", "dataset", "image_io", "saliency", "method", "engine", "output", "preview"},
}
ALLOWED["cli"] = set(ALLOWED)  # the top, which nothing includes

# Which folders below src/ may see which library; the longest matching beginning decides.
THIRD_PARTY = {
    "opencv2/": ("image_io",),
    "spng.h": ("image_io",),
    "jpeglib.h": ("image_io",),
    "jerror.h": ("image_io",),
    "webp/": ("image_io",),
    "tiffio.h": ("image_io",),
    "zlib.h": ("image_io",),
    "fftw3.h": ("core",),
    "tbb/": ("engine", "run"),
    "nlohmann/": ("output", "dataset"),  # dataset reads label files in JSON lines
    "utf8proc.h": ("dataset",),
    "valijson/": ("output",),
    "xxhash.h": ("core", "dataset"),
    "CLI/": ("cli",),
    "toml++/": ("cli",),
    "pango/": ("preview",),
    "cairo": ("preview",),
    "glib": ("preview",),
    "fontconfig/": ("preview",),
    "fmt/": ("cli",),
    "hwy/": ("saliency", "pairing", "mixing", "core"),
    "cuda": ("engine/cuda",),
    "cufft": ("engine/cuda",),
}

# C and POSIX headers with a dot in their name; those of the C++ library have none.
SYSTEM = re.compile(
    r"(sys|linux|netinet|arpa)/.*\.h|(dirent|dlfcn|errno|fcntl|fnmatch|glob|grp|libgen|link|"
    r"limits|malloc|poll|pthread|pwd|sched|setjmp|signal|stdint|stdio|stdlib|string|termios|"
    r"time|unistd|wchar)\.h"
)

SOURCE = re.compile(r"(src|include/guidedmixup)/.*\.(cpp|hpp|cu|cuh)")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
CUDA_CONDITION = re.compile(
    r"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|elifdef|elifndef)\b.*CUDA", re.MULTILINE
)

# C++ without what may hold a brace or a slash that is none: raw strings, comments, strings, numbers
# (1'000), characters and preprocessor lines.
NO_CODE = re.compile(
    r'R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"'
    r"|//(?:[^\n\\]|\\.)*|/\*.*?\*/"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|\b\d(?:'?[\w.])*"
    r"|'(?:[^'\\\n]|\\.)+'"
    r"|^[ \t]*#(?:[^\n\\]|\\.)*",
    re.DOTALL | re.MULTILINE,
)
# What may hold a parenthesis before a brace that is no function's.
NO_FUNCTION = re.compile(r"template\s*<[^{]*>\s*(class|struct|union)\b[^(]*$|(inline\s+)?namespace\b")
LABELS = re.compile(r"\s*((public|private|protected)\s*:\s*)*")

FUNCTION_LIMIT = 60  # lines, from the signature to the closing brace
DEPTH_LIMIT = 8  # of headers that a source includes, which include one another
LEAST_COMMENTS = 0.12  # of the lines of src/ that are not empty

LINE_LIMIT = 400
# Path -> why this file may be longer.
LONG_FILES = {}
BYTE_LIMIT = 2_000_000


def sources(tree):
    return {path: text for path, text in tree.items() if SOURCE.fullmatch(path)}


def stage_of(path):
    """ "core" for src/core/error.cpp and include/guidedmixup/core/error.hpp; nothing for a file
    that lies in no stage."""
    parts = path.removeprefix("include/guidedmixup/").removeprefix("src/").split("/")
    return parts[0] if len(parts) > 1 else None


def includes(text):
    return [(bracket == '"', name) for bracket, name in INCLUDE.findall(text)]


def library_row(name):
    """The row of THIRD_PARTY for this header, or nothing when no library of the table has it."""
    return max((prefix for prefix in THIRD_PARTY if name.startswith(prefix)), key=len, default=None)


def is_standard(name):
    return "." not in name or SYSTEM.fullmatch(name) is not None


def library_includes(tree):
    """(path, folder below src/, header) of each include of a library."""
    for path, text in sources(tree).items():
        folder = path.removeprefix("include/guidedmixup/").removeprefix("src/")
        for quoted, name in includes(text):
            if not (quoted or is_standard(name) or name.startswith("guidedmixup/")):
                yield path, folder, name


def check_stages(tree):
    """Every source lies in a known stage, and includes only stages that its own may include."""
    complaints = []
    for path, text in sources(tree).items():
        stage = stage_of(path)
        if stage not in ALLOWED:
            complaints.append(f"{path}: lies in no stage of the table")
            continue
        for _, name in includes(text):
            if not name.startswith("guidedmixup/"):
                continue
            target = name.split("/")[1]
            if target != stage and target not in ALLOWED[stage]:
                complaints.append(f"{path}: {stage} must not include {target} ({name})")
            if f"include/{name}" not in tree:
                complaints.append(f"{path}: includes {name}, which is not in include/")
    return complaints


def check_quoted(tree):
    """Quotes only for a private header of the own stage."""
    complaints = []
    for path, text in sources(tree).items():
        home = f"src/{stage_of(path)}"
        for quoted, name in includes(text):
            if not quoted:
                continue
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            places = [beside, posixpath.normpath(posixpath.join(home, name))]
            if path.startswith("include/") or not any(
                place.startswith(home + "/") and place in tree for place in places
            ):
                complaints.append(f'{path}: "{name}" is not a private header of {home}/')
    return complaints


def check_third_party(tree):
    """A library's headers only in the stages that own it; an unknown library nowhere."""
    complaints = []
    for path, folder, name in library_includes(tree):
        owners = THIRD_PARTY.get(library_row(name))
        if owners is None:
            complaints.append(f"{path}: <{name}> belongs to no library of the table")
        elif not any(folder.startswith(owner + "/") for owner in owners):
            complaints.append(f"{path}: <{name}> is for {', '.join(owners)} only")
    return complaints


def check_dead_rows(tree):
    """Each row of THIRD_PARTY is used in each of its folders."""
    used = {(library_row(name), folder) for _, folder, name in library_includes(tree)}
    return [
        f"{prefix}: no file of {owner}/ includes it, the table can do without"
        for prefix, owners in THIRD_PARTY.items()
        for owner in owners
        if not any(row == prefix and folder.startswith(owner + "/") for row, folder in used)
    ]


def check_public_headers(tree):
    """include/ needs nothing but the standard library."""
    return [
        f"{path}: a public header must not include <{name}>"
        for path, text in sources(tree).items()
        if path.startswith("include/")
        for _, name in includes(text)
        if not name.startswith("guidedmixup/") and "." in name
    ]


def check_lengths(tree, long_files):
    complaints = []
    lengths = {path: text.count("\n") for path, text in sources(tree).items()}
    for path, length in lengths.items():
        if length > LINE_LIMIT and path not in long_files:
            complaints.append(f"{path}: {length} lines, more than {LINE_LIMIT}")
    for path, reason in long_files.items():
        if not reason:
            complaints.append(f"{path}: an exception needs its reason")
        if lengths.get(path, 0) <= LINE_LIMIT:
            complaints.append(f"{path}: needs no exception any more")
    return complaints


def functions(text):
    """(first line, last line) of each function. One inside another, a lambda most often, counts as
    a part of it."""
    code = NO_CODE.sub(lambda match: "\n" * match.group().count("\n"), text)
    found = []
    head = 0  # where the text before the next brace begins
    depth = 0  # of braces inside the function; 0 outside of functions
    for match in re.finditer("[{};]", code):
        at = match.start()
        if depth == 0:
            before = LABELS.match(code, head, at).end()
            head = at + 1
            text_before = code[before:at].rstrip()
            # The brackets of a lambda without parameters, or parentheses.
            callable_ = "(" in text_before or text_before.endswith("]")
            if match.group() == "{" and callable_ and not NO_FUNCTION.match(text_before):
                first = code.count("\n", 0, before) + 1
                depth = 1
        elif match.group() != ";":
            depth += 1 if match.group() == "{" else -1
            if depth == 0:
                found.append((first, code.count("\n", 0, at) + 1))
                # `: a{1}, b{2} {` and `(A a = {}) {`: the body is still to come.
                head = before if code[at + 1 :].lstrip()[:1] in (",", "{", ")") else at + 1
    return found


def check_functions(tree):
    return [
        f"{path}:{first}: a function of {last - first + 1} lines, more than {FUNCTION_LIMIT}"
        for path, text in sources(tree).items()
        for first, last in functions(text)
        if last - first >= FUNCTION_LIMIT
    ]


def headers_of(path, tree):
    """The project's headers that a file includes."""
    for quoted, name in includes(tree[path]):
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        places = [beside, f"src/{stage_of(path)}/{name}"] if quoted else [f"include/{name}"]
        yield from [place for place in places if place in tree][:1]


def check_depth(tree):
    """The longest chain of includes below each source."""
    depths = {}

    def depth(path, above):
        if path in above:
            raise ValueError(f"{path}: includes itself by way of {above[-1]}")
        if path not in depths:
            below = [depth(header, above + (path,)) for header in headers_of(path, tree)]
            depths[path] = 1 + max(below, default=-1)
        return depths[path]

    complaints = []
    for path in sources(tree):
        try:
            length = depth(path, ())
        except ValueError as circle:
            complaints.append(str(circle))
            continue
        if path.endswith((".cpp", ".cu")) and length > DEPTH_LIMIT:
            complaints.append(f"{path}: a chain of {length} headers, more than {DEPTH_LIMIT}")
    return complaints


def check_comments(tree):
    lines = [
        line.strip()
        for path, text in sources(tree).items()
        if path.startswith("src/")
        for line in text.splitlines()
        if line.strip()
    ]
    share = sum(line.startswith(("//", "/*")) for line in lines) / max(len(lines), 1)
    return [] if share >= LEAST_COMMENTS else [f"src/: {share:.3f} of the lines are comments"]


def check_sizes(sizes):
    return [
        f"{path}: {size} bytes, more than {BYTE_LIMIT}"
        for path, size in sizes.items()
        if size > BYTE_LIMIT
    ]


def cmake_words(text):
    without_comments = re.sub(r"#.*", "", text)
    return re.findall(r'[^\s()"]+', without_comments)


def check_build_lists(tree):
    """Each source is named in the nearest CMakeLists.txt of its stage."""
    complaints = []
    for path in tree:
        if not re.fullmatch(r"src/[^/]+/.*\.(cpp|cu)", path):
            continue
        folder = posixpath.dirname(path)
        while f"{folder}/CMakeLists.txt" not in tree and folder.count("/") > 1:
            folder = posixpath.dirname(folder)
        listed = cmake_words(tree.get(f"{folder}/CMakeLists.txt", ""))
        if path.removeprefix(folder + "/") not in listed:
            complaints.append(f"{path}: not in {folder}/CMakeLists.txt")
    return complaints


def check_links(tree):
    """What a stage links publicly are stages that it may include."""
    complaints = []
    for stage, allowed in ALLOWED.items():
        path = f"src/{stage}/CMakeLists.txt"
        for body in re.findall(
            r"guidedmixup_stage\(([^)]*)\)", re.sub(r"#.*", "", tree.get(path, ""))
        ):
            public = re.search(r"\bPUBLIC\b(.*?)(\bPRIVATE\b|\bSOURCES\b|$)", body, re.DOTALL)
            for target in public.group(1).split() if public else []:
                if target.removeprefix("guidedmixup_") not in allowed:
                    complaints.append(f"{path}: {stage} must not link {target} publicly")
    return complaints


def check_cuda(tree):
    """Code that exists twice by preprocessor is not tested half of the time."""
    free = ("src/engine/cuda/", "include/guidedmixup/core/host_device.hpp")
    return [
        f"{path}: conditions on CUDA belong into {' and '.join(free)}"
        for path, text in sources(tree).items()
        if not path.startswith(free) and CUDA_CONDITION.search(text)
    ]


def tracked_files():
    """All files of the repository; without git (an unpacked archive), all that lie there."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout
        names = [name.decode() for name in listed.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [
            path.relative_to(ROOT).as_posix()
            for path in ROOT.rglob("*")
            if path.relative_to(ROOT).parts[0] not in ("build", ".git")
        ]
    return sorted(name for name in names if (ROOT / name).is_file())


def real_tree():
    return {
        name: (ROOT / name).read_text(encoding="utf-8")
        for name in tracked_files()
        if SOURCE.fullmatch(name) or re.fullmatch(r"src/.*CMakeLists\.txt", name)
    }


class Repository(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = real_tree()

    def expect_none(self, complaints):
        self.assertEqual([], complaints, "\n" + "\n".join(complaints))

    def test_the_tree_was_found(self):
        self.assertIn("src/core/error.cpp", self.tree)
        self.assertIn("include/guidedmixup/core/error.hpp", self.tree)

    def test_stages(self):
        self.expect_none(check_stages(self.tree))

    def test_quoted_includes(self):
        self.expect_none(check_quoted(self.tree))

    def test_third_party(self):
        self.expect_none(check_third_party(self.tree))

    def test_dead_rows(self):
        self.expect_none(check_dead_rows(self.tree))

    def test_public_headers(self):
        self.expect_none(check_public_headers(self.tree))

    def test_lengths(self):
        self.expect_none(check_lengths(self.tree, LONG_FILES))

    def test_functions(self):
        self.assertGreater(sum(len(functions(text)) for text in self.tree.values()), 1000)
        self.expect_none(check_functions(self.tree))

    def test_depth(self):
        self.expect_none(check_depth(self.tree))

    def test_comments(self):
        self.expect_none(check_comments(self.tree))

    def test_sizes(self):
        self.expect_none(
            check_sizes({name: (ROOT / name).stat().st_size for name in tracked_files()})
        )

    def test_build_lists(self):
        self.expect_none(check_build_lists(self.tree))

    def test_links(self):
        self.expect_none(check_links(self.tree))

    def test_cuda(self):
        self.expect_none(check_cuda(self.tree))


class RulesCanFail(unittest.TestCase):
    """For each rule: an example that passes, and bad ones that must not."""

    def expect(self, complaints, *parts):
        """As many complaints as parts, each containing its part."""
        self.assertEqual(len(parts), len(complaints), complaints)
        for complaint, part in zip(complaints, parts):
            self.assertIn(part, complaint)

    def test_the_table_has_no_way_back(self):
        # core -> ... -> core would make the order of the stages a fiction.
        def reachable(stage):
            return set().union(ALLOWED[stage], *(reachable(next_) for next_ in ALLOWED[stage]))

        for stage in ALLOWED:
            self.assertNotIn(stage, reachable(stage))

    def test_stages(self):
        header = {"include/guidedmixup/run/run.hpp": "", "include/guidedmixup/core/image.hpp": ""}
        use = "#include <guidedmixup/{}>\n".format
        self.expect(
            check_stages(header | {"src/run/run.cpp": use("core/image.hpp") + use("run/run.hpp")})
        )
        self.expect(
            check_stages(header | {"src/mixing/box.cpp": use("run/run.hpp")}),
            "mixing must not include run",
        )
        self.expect(
            check_stages(
                header | {"include/guidedmixup/core/a.hpp": " # include <guidedmixup/run/run.hpp>"}
            ),
            "core must not include run",
        )
        self.expect(check_stages({"src/run/run.cpp": use("core/gone.hpp")}), "not in include/")
        self.expect(check_stages({"src/util/text.cpp": ""}), "no stage")
        self.expect(check_stages({"src/stray.cpp": ""}), "no stage")

    def test_quoted_includes(self):
        good = {
            "src/core/bits.hpp": "",
            "src/core/a.cpp": '#include "bits.hpp"\n',
            "src/core/deep/b.cpp": '#include "../bits.hpp"\n',
            "src/core/deep/c.cpp": '#include "bits.hpp"\n',
        }
        self.expect(check_quoted(good))
        self.expect(
            check_quoted(good | {"src/run/a.cpp": '#include "../core/bits.hpp"\n'}), "src/run/a.cpp"
        )
        self.expect(
            check_quoted(good | {"src/run/a.cpp": '#include "bits.hpp"\n'}), "src/run/a.cpp"
        )
        self.expect(
            check_quoted(good | {"include/guidedmixup/core/a.hpp": '#include "bits.hpp"\n'}),
            "a.hpp",
        )

    def test_third_party(self):
        use = "#include <{}>\n".format
        self.expect(
            check_third_party(
                {
                    "src/image_io/png.cpp": use("spng.h") + use("vector") + use("sys/stat.h"),
                    "src/engine/cuda/fft.cu": use("cufft.h"),
                    "src/run/run.cpp": use("tbb/task_arena.h"),
                    "src/cli/main.cpp": use("fmt/format.h"),
                }
            )
        )
        self.expect(
            check_third_party({"src/mixing/box.cpp": use("opencv2/core.hpp")}), "image_io only"
        )
        self.expect(
            check_third_party({"src/run/run.cpp": use("nlohmann/json.hpp")}), "output, dataset only"
        )
        self.expect(
            check_third_party({"src/engine/cpu/engine.cpp": use("cuda_runtime.h")}),
            "engine/cuda only",
        )
        self.expect(
            check_third_party({"src/cli/main.cpp": use("boost/any.hpp")}), "no library of the table"
        )
        self.expect(
            check_third_party({"src/image_io/a.cpp": use("webp_extra.h")}),
            "no library of the table",
        )

    def test_dead_rows(self):
        rows = sum(len(owners) for owners in THIRD_PARTY.values())
        self.assertEqual(rows, len(check_dead_rows({})))
        self.assertEqual(rows - 1, len(check_dead_rows({"src/cli/a.cpp": "#include <CLI/CLI.hpp>"})))

    def test_public_headers(self):
        path = "include/guidedmixup/core/a.hpp"
        self.expect(
            check_public_headers({path: "#include <vector>\n#include <guidedmixup/core/b.hpp>\n"})
        )
        self.expect(check_public_headers({path: "#include <fmt/format.h>\n"}), "fmt/format.h")
        self.expect(check_public_headers({path: "#include <unistd.h>\n"}), "unistd.h")

    def test_lengths(self):
        long = {
            "src/core/long.cpp": "\n" * (LINE_LIMIT + 1),
            "src/core/short.cpp": "\n" * LINE_LIMIT,
        }
        self.expect(check_lengths(long, {}), "src/core/long.cpp")
        self.expect(check_lengths(long, {"src/core/long.cpp": "one table"}))
        self.expect(check_lengths(long, {"src/core/long.cpp": ""}), "needs its reason")
        self.expect(check_lengths({}, {"src/core/long.cpp": "one table"}), "no exception any more")

    def test_functions(self):
        def complaints(text):
            return check_functions({"src/core/a.cpp": text})

        def body(lines):
            return "\n" * (lines - 1)

        limit = FUNCTION_LIMIT
        self.expect(complaints(f"namespace a {{\n{body(limit)}}}\nint x[] = {{\n{body(limit)}}};"))
        for head in (
            "void f() ",
            "template <class T>\nvoid f(T x) const noexcept ",
            "A::A(int x) : x_{x}, y_{1} ",
            "const auto kF = [](int x) ",
            "const auto kF = [] ",
            "void f(Options o = {}, int x = int{1}) ",
            'extern "C" void f() ',
            "struct stat f() ",
        ):
            more = head.count("\n")
            self.expect(complaints(f"{head}{{{body(limit - more)}}}\nvoid g() {{}}\n"))
            self.expect(complaints(f"int y;\n{head}{{{body(limit + 1 - more)}}}"), "a.cpp:2:")
        inside = "struct A {{\n public:\n  int f() {{{}}}\n}};\n".format
        self.expect(complaints(inside(body(limit))))
        self.expect(complaints(inside(body(limit + 1))), f"a.cpp:3: a function of {limit + 1}")
        # A lambda is a part of its function, and braces that are none do not end it.
        for text in ("[] { return 1; };", 'R"(})";', '"}";', "'}';", "1'000; // }", "/* } */"):
            self.expect(complaints(f"void f() {{ auto x = {text}{body(limit + 1)}}}"), "a.cpp:1:")
        self.assertEqual([(1, 1), (3, 5)], functions("int f() { return 1; }\n\nint g()\n{\n}\n"))

    def test_depth(self):
        # Headers 1 to n, each including the next one in turn by angles and by quotes.
        def chain(length):
            names = ["src/core/0.cpp"]
            for k in range(1, length + 1):
                names.append(f"include/guidedmixup/core/{k}.hpp" if k % 2 else f"src/core/{k}.hpp")
            tree = {names[-1]: "#include <vector>\n"}
            for name, next_ in zip(names, names[1:]):
                public = next_.startswith("include/")
                tree[name] = (
                    f"#include <{next_.removeprefix('include/')}>\n"
                    if public
                    else f'#include "{posixpath.basename(next_)}"\n'
                )
            return tree

        self.expect(check_depth(chain(DEPTH_LIMIT)))
        self.expect(check_depth(chain(DEPTH_LIMIT + 1)), f"0.cpp: a chain of {DEPTH_LIMIT + 1}")
        circle = {"src/core/a.hpp": '#include "b.hpp"\n', "src/core/b.hpp": '#include "a.hpp"\n'}
        self.expect(check_depth(circle), "includes itself", "includes itself")

    def test_comments(self):
        def complaints(comments, code):
            text = "  // why\n\n" * comments + "*x = 1;  // not one\n" * code
            return check_comments({"src/core/a.cpp": text, "include/guidedmixup/core/a.hpp": "x"})

        self.expect(complaints(12, 88))
        self.expect(complaints(11, 89), "0.110 of the lines")

    def test_sizes(self):
        self.expect(check_sizes({"a": BYTE_LIMIT}))
        self.expect(check_sizes({"a": BYTE_LIMIT + 1}), "a:")

    def test_build_lists(self):
        cmake = {"src/engine/CMakeLists.txt": "guidedmixup_stage(engine SOURCES a.cpp\n cpu/b.cpp)"}
        self.expect(check_build_lists(cmake | {"src/engine/a.cpp": "", "src/engine/cpu/b.cpp": ""}))
        self.expect(check_build_lists(cmake | {"src/engine/cpu/c.cpp": ""}), "cpu/c.cpp")
        self.expect(
            check_build_lists({"src/engine/CMakeLists.txt": "# a.cpp", "src/engine/a.cpp": ""}),
            "a.cpp",
        )
        self.expect(check_build_lists({"src/engine/a.cpp": ""}), "a.cpp")
        own = {
            "src/engine/cuda/CMakeLists.txt": "add_library(cuda MODULE k.cu)",
            "src/engine/cuda/k.cu": "",
        }
        self.expect(check_build_lists(cmake | own))

    def test_links(self):
        def links(text):
            return check_links(
                {"src/plan/CMakeLists.txt": f"guidedmixup_stage(plan SOURCES a.cpp {text})"}
            )

        self.expect(links("PUBLIC guidedmixup_core\n PRIVATE fmt::fmt"))
        self.expect(links("PUBLIC guidedmixup_core fmt::fmt"), "fmt::fmt")
        self.expect(links("PUBLIC guidedmixup_run"), "guidedmixup_run")

    def test_cuda(self):
        condition = "#ifdef __CUDACC__\n#endif\n"
        self.expect(
            check_cuda(
                {
                    "src/engine/cuda/a.cu": condition,
                    "include/guidedmixup/core/host_device.hpp": condition,
                }
            )
        )
        self.expect(check_cuda({"src/engine/selection.cpp": condition}), "selection.cpp")
        self.expect(check_cuda({"src/run/run.cpp": "# if defined(GUIDEDMIXUP_CUDA)\n"}), "run.cpp")


if __name__ == "__main__":
    unittest.main()
