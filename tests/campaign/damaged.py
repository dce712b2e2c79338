"""An output that was damaged: what a command reads back may be anything. Each key of its JSON files
is removed or replaced, and each of its files is cut, flipped, lengthened and taken away."""

import dataclasses
import functools
import json
import os
import re
import resource

import program
from campaign import Try
from place import require, skipped
from table import COMMANDS, STATES

# Of each kind, at the ends of what this program uses for it, and beyond.
VALUES = [None, True, -1, 0, 1, 2, 100, 101, 16384, 16385, 2**31 - 1, 2**31, 2**32, 2**63, 2**64,
          0.5, 1e300, "", "x", "none", "\u001b[2J", "../../../../etc/passwd", [], [0], [[0.5] * 3],
          {}, {"name": "none"}]
# What other programs of ours may have written otherwise: it says nothing of the samples.
UNCHECKED = ("tool", "label_sum_to_one")
LONG = 20 << 20
ENDLESS = 4 << 30  # bytes, of which none takes room on a disk
MOST_ADDRESSES = 1 << 30
SPACE = re.compile(r"[\s]*")


def documents(content):
    """The values of a file of JSON or of JSON lines; nothing for another file. 1 and 1.0 are equal
    numbers."""
    try:
        text = content.decode()
        try:
            return [json.loads(text, parse_int=float)]
        except ValueError:
            return [json.loads(line, parse_int=float) for line in text.splitlines()]
    except (ValueError, RecursionError):
        return []


def meaning(content, unchecked=UNCHECKED):
    """What has to be equal in two files for them to say the same."""
    values = documents(content)
    for value in values:
        if isinstance(value, dict):
            for key in unchecked:
                value.pop(key, None)
    return json.dumps(values, sort_keys=True) if values else content


def skip_space(text, at):
    return SPACE.match(text, at).end()


def members(text, at, path):
    """Yields (path, where it begins, where its value begins) of what an object or list, which
    begins at `at`, holds; of a list, the first item only. Returns the end."""
    decode = json.JSONDecoder().raw_decode
    is_object, number = text[at] == "{", 0
    at = skip_space(text, at + 1)
    while text[at] not in "}]":
        begin, key = at, number
        if is_object:
            key, at = decode(text, at)
            at = skip_space(text, skip_space(text, at) + 1)
        _, end = decode(text, at)
        if is_object or number == 0:
            yield (*path, key), begin, at, end
            if text[at] in "{[":
                yield from members(text, at, (*path, key))
        number += 1
        at = skip_space(text, end)
        if text[at] == ",":
            at = skip_space(text, at + 1)


@dataclasses.dataclass(frozen=True)
class Edit:
    """Bytes `begin` to `end` of a file give way to `new`, `times` over."""
    begin: int
    end: int
    new: bytes = b""
    times: int = 1

    def of(self, content):
        return content[:self.begin] + self.new * self.times + content[self.end:]


def removal(text, begin, end):
    """Of the two commas around a member, one goes with it."""
    rest = skip_space(text, end)
    if text[rest] == ",":
        return Edit(begin, skip_space(text, rest + 1))
    before = len(text[:begin].rstrip())
    return Edit(before - (text[before - 1] == ","), end)


def key_edits(content):
    """(what is done, how) for each key of the first value in the file."""
    text = content.decode("latin-1")  # so that positions are those of bytes
    for path, begin, at, end in members(text, 0, ()):
        name = ".".join(map(str, path))
        yield f"no {name}", removal(text, begin, end)
        for value in VALUES:
            new = json.dumps(value)
            if new != text[at:end]:
                yield f"{name} = {new}", Edit(at, end, new.encode())


def places_in(length, count):
    """At most `count` positions below `length`, the first and the last among them."""
    if length <= count:
        return list(range(length))
    return sorted({round(i * (length - 1) / (count - 1)) for i in range(count)})


def byte_edits(content):
    length = len(content)
    for at in places_in(length, 17):
        yield f"cut at {at}", Edit(at, length)
    for bit in (0x01, 0x20, 0x80):
        for at in places_in(length, 12):
            yield f"bit {bit:#x} of byte {at} flipped", Edit(at, at + 1, bytes([content[at] ^ bit]))
    yield "twice", Edit(length, length, content)
    yield "NUL at the end", Edit(length, length, b"\0")
    yield "a long line at the end", Edit(length, length, b"x", LONG)
    yield "long white space at the end", Edit(length, length, b" ", LONG)


def line_edits(content):
    lines = content.splitlines(keepends=True)
    for at in places_in(len(lines), 9):
        begin = sum(map(len, lines[:at]))
        end = begin + len(lines[at])
        yield f"line {at} removed", Edit(begin, end)
        yield f"line {at} twice", Edit(begin, end, lines[at], 2)
        if at + 1 < len(lines) and lines[at + 1] != lines[at]:
            swapped = lines[at + 1] + lines[at]
            yield f"line {at} after the next", Edit(begin, begin + len(swapped), swapped)


def changes(content, is_constant):
    """(kind, what is done, an edit or else None for a missing file or a length)"""
    yield "files missing", "missing", None
    yield "files without end", "without end", ENDLESS
    if documents(content) and not is_constant:  # which is compared as a whole
        for what, edit in key_edits(content):
            yield "keys", what, edit
    for what, edit in byte_edits(content):
        yield "bytes", what, edit
    if b"\0" not in content:
        for what, edit in line_edits(content):
            yield "lines", what, edit


def apply(file, change):
    """Whether the file then still says the same."""
    if change is None:
        file.unlink()
    elif isinstance(change, Edit):
        content = file.read_bytes()
        changed = change.of(content)
        file.write_bytes(changed)
        return meaning(changed) == meaning(content)
    else:
        os.truncate(file, change)
    return False


def limit_addresses():
    """Of this worker, from which its children have it: that is cheaper than for each child."""
    if program.SCALE == 1:  # a sanitizer needs more for itself
        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, resource.RLIM_INFINITY))


def stamps(folder):
    """What a writer cannot help but change."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        found[path] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return found


def says_the_same(place, command):
    """Why a sample was rejected is written once, in its shard: nothing shows that it was changed
    there before the rest of the output was made from it."""
    unchecked = (*UNCHECKED, "stage", "code", "message")
    if any(path.stat().st_size == ENDLESS for path in (place.folder / command.makes).rglob("*")):
        return False
    here, there = (program.tree(folder) for folder in
                   (place.folder / command.makes, place.expected[command.name].made))
    return here.keys() == there.keys() and all(
        content == there[name] or (content and meaning(content, unchecked) == meaning(there[name], unchecked))
        for name, content in here.items())


def check_reader(place, command, result, before, same):
    out = place.folder / "out"
    require(stamps(out) == before, "it changed what it only reads")
    if command.makes:  # a picture of what it found
        made = place.folder / command.makes
        require(made.exists() == (result.code == program.OK), f"{made.name}: there or not")
    elif result.code == program.OK:
        require(same, "it found nothing wrong")


def check_writer(place, command, result):
    """What was accepted is made as ever, unless verify knows what is wrong with it."""
    if result.code not in (program.OK, program.REJECTS):
        return
    if "--overwrite" in command.arguments:
        place.check_made(command)
    elif not says_the_same(place, command):
        found = place.run_to_code("verify out --deep -j 1")
        require(found.code in (program.FAILED, program.DIFFERENCE),
                f"ended with {result.code}, the output differs, and verify calls it good")


def check(place, command, name, change):
    place.enter(command.start)
    same = apply(place.folder / "out" / name, change)
    before = stamps(place.folder / "out")
    limit_addresses()
    result = place.run_to_code(command.arguments)
    text = result.err + result.out
    allowed = {program.OK, program.FAILED, program.USAGE, program.DIFFERENCE,
               place.expected[command.name].code}
    require(result.code in allowed, f"ended with {result.code}: {text}")
    require("\x1b" not in text, "a control character in a message")
    require("memory" not in result.err, f"took much memory: {result.err}")
    if result.code == program.DIFFERENCE:
        require(text.strip(), "ended with 4, without a word")
    if command.makes == "out":
        check_writer(place, command, result)
    else:
        check_reader(place, command, result, before, same)


def constant_files(place):
    """Those that are the same in each output."""
    contents = {}
    for state in STATES:
        for name, content in program.tree(place.states / state).items():
            contents.setdefault(os.fsdecode(name).rpartition("/")[2], set()).add(content)
    return {name for name, found in contents.items() if len(found) == 1}


def tries(place):
    found, constant = [], constant_files(place)
    for command in COMMANDS:
        if not command.start:
            continue
        for raw, content in sorted(program.tree(place.states / command.start).items()):
            if content is None:
                continue
            name = os.fsdecode(raw)
            for kind, what, change in changes(content, name.rpartition("/")[2] in constant):
                do = functools.partial(check, command=command, name=name, change=change)
                if change == ENDLESS and program.SCALE < 1:
                    do = skipped("a sanitized program takes minutes for 4 GiB")
                found.append(Try(f"{command.name}, {name}, {what}.", kind, do))
    return found
