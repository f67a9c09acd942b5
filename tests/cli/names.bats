#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Names that a terminal would obey, or that are no text: masked where a person reads them, encoded
# where a program does. (The statistics of such files: statistics.bats.)

load common
: "${samples:?is set by common.bash}"

setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    cat > names.py << 'END'
import os
import re
import subprocess
from command import command

SAMPLES = os.environ["SAMPLES"].encode()
NAMES = [b"line\nfeed", b"carriage\rreturn", b"tab\there", b"escape\x1b[31mred\x1b]0;title\x07",
         b"c1\xc2\x9b31m", b"delete\x7f", b"invalid\xff\xfe\xc3", b"overlong\xc0\xaf",
         b"surrogate\xed\xa0\x80", b"beyond\xf5\x80\x80\x80", b"bidi\xe2\x80\xaetxt.exe",
         b"isolate\xe2\x81\xa6x", b"separator\xe2\x80\xa8x", b"quote\"'`$&<>;%s%n\\"]

def run(*arguments):
    arguments = [os.fsencode(a) for a in arguments]
    words = [os.fsencode(w) for w in command()]
    return subprocess.run([*words, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)

def is_harmless(data):
    """Text that a terminal only shows, line by line, in the order in which it is."""
    text = data.decode("utf-8")  # all of it is UTF-8
    return not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]",
                         text)

def image(name):
    with open(SAMPLES + b"/noise.pgm", "rb") as source, open(name, "wb") as file:
        file.write(source.read())
    return name

def table(name):
    with open(name, "wb") as file:
        file.write(run("--print-table").stdout)
    return name
END
    export SAMPLES="$samples" PYTHONPATH="$PYTHONPATH:."
}

@test "messages: one harmless line whatever the name is, and of whatever" {
    python << 'END'
from names import *
for name in NAMES:
    os.mkdir(name + b".folder")
    for ending, data in ((b".txt", b"no table"), (b".png", b"\x89PNG\r\n\x1a\nbroken")):
        with open(name + ending, "wb") as file:
            file.write(data)
    image("x.pgm")
    for arguments in ([name], [name + b".png"], [name + b".folder"], ["-t", name, "x.pgm"],
                      ["-t", name + b".txt", "x.pgm"], ["-d", name, "x.pgm"],
                      ["x.pgm", name + b".folder/missing/out.pgm"], ["x.pgm", name],
                      ["--dump", name, "x.pgm"], [b"--" + name, "x.pgm"],
                      ["-q", name, "x.pgm"], ["--scale", name, "x.pgm"], ["--plot", name, "x.pgm"],
                      ["--files-from", name], ["--from-coefficients", name], ["--sheet", name, "x"],
                      ["--compare", name, "x.pgm"], ["--compare", "x.pgm", name],
                      ["x.pgm", "y.pgm", name], ["--round", b"offsets:" + name, "x.pgm"]):
        done = run(*arguments)
        assert done.returncode in (1, 64), (arguments, done)
        assert done.stderr.startswith(b"jpegq: ") and done.stderr.endswith(b"\n"), done
        assert done.stderr.count(b"\n") == 1 and is_harmless(done.stderr), (arguments, done.stderr)
        assert is_harmless(done.stdout), (arguments, done.stdout)
END
}

@test "text on standard output and error: paragraphs, lines, means, tables, comments" {
    python << 'END'
from names import *
image("x.pgm")
names = [image(name + b".pgm") for name in NAMES]
done = run("-n", "-v", "-q", "10,50", *names)
assert done.returncode == 0 and is_harmless(done.stdout) and is_harmless(done.stderr), done
assert done.stdout.count(b"\n") == 1 + 2 * len(names)
assert done.stderr.count(b"\n") == len(names)
os.mkdir("d")
for name in names:
    for arguments in (["-v", name], ["-s", "-d", "d", name]):
        done = run(*arguments)
        assert done.returncode == 0 and is_harmless(done.stdout + done.stderr), done
made = os.listdir(b"d")
assert sorted(made) == sorted(name[:-4] + b"-luma-q75.png" for name in names), made
tables = []
for name in NAMES:
    tables += ["-t", table(name + b".table")]
    for more in (["--print-table"], ["--dump", "-", "x.pgm"], ["-s", "x.pgm"],
                 ["--dump", "-", "--dump-format", "csv", "x.pgm"]):
        done = run(*tables[-2:], *more)
        assert done.returncode == 0 and is_harmless(done.stdout + done.stderr), (name, more, done)
done = run("-n", "-q", "10,20,30", *tables, "--bd", *names)
assert done.returncode == 0 and is_harmless(done.stdout), done
assert done.stdout.count(b"\n") == 1 + (len(NAMES) - 1) * (len(names) + 1)
done = run("-n", *tables, "--summary", "x.pgm")
assert done.returncode == 0 and is_harmless(done.stdout), done
END
}

@test "a plot is well-formed XML with the names in it; a sheet is made" {
    python << 'END'
from names import *
import xml.etree.ElementTree
names = [image(name + b".pgm") for name in NAMES]
tables = [word for name in NAMES for word in ("-t", table(name + b".table"))]
done = run("-n", "-q", "10,50", *tables, "--plot", "plot.svg", *names)
assert done.returncode == 0, done
data = open("plot.svg", "rb").read()
assert b"\x1b" not in data and b"\xc2\x9b" not in data
text = "".join(xml.etree.ElementTree.fromstring(data).itertext())
assert "quote\"'`$&<>;%s%n\\" in text
done = run("-q", "10", *tables[:6], "--sheet", "sheet.png", names[0])
assert done.returncode == 0 and os.path.getsize("sheet.png") > 0, done
END
}

@test "machine formats: JSON is UTF-8 without controls, CSV and TSV give the names back" {
    python << 'END'
from names import *
import csv
import io
import json
names = [image(name + b".pgm") for name in NAMES] + [name + b".missing" for name in NAMES]
arguments = ["-n", "-q", "10", *names]
lines = run("--format", "jsonl", *arguments).stdout.decode("utf-8").split("\n")
assert len(lines) == len(names) + 1 and not re.search("[\x00-\x1f\x7f]", "".join(lines))
for name, row in zip(names, (json.loads(line) for line in lines[:-1])):
    try:
        assert row["file"] == name.decode("utf-8"), (name, row)
    except UnicodeDecodeError:
        assert "\ufffd" in row["file"]
text = run("--format", "csv", *arguments).stdout.decode("utf-8", "surrogateescape")
got = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
assert got == [name.decode("utf-8", "surrogateescape") for name in names], got
back = {b"\\t": b"\t", b"\\n": b"\n", b"\\r": b"\r", b"\\\\": b"\\"}
got = [re.sub(rb"\\[tnr\\]", lambda m: back[m[0]], line.split(b"\t")[0])
       for line in run("--format", "tsv", *arguments).stdout.split(b"\n")[1:-1]]
assert got == names, got
END
}
