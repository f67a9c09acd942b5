#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Sweeps: every combination of images, tables and qualities is a row, with the figures that the
# single run and libjpeg's programs have, in an order that does not depend on the threads.

load common
: "${samples:?is set by common.bash}"

@test "all 101 qualities: PSNR and bytes are those of cjpeg and djpeg, to the last digit" {
    python "$samples/noise.pgm" << 'END'
import sys
from published import PUBLISHED
from runs import *
name = sys.argv[1]
before = samples(name)
write("chroma.txt", " ".join(map(str, PUBLISHED["chroma"])).encode())
sweep = rows("-q", "0-100", "-t", "luma", "-t", "chroma", name)
best = rows("-q", "0-100", "-t", "luma", "-t", "chroma", "--huffman", "optimal", name)
assert [r["quality"] for r in sweep] == 2 * [str(q) for q in range(101)], settings(sweep)
for row, optimal in zip(sweep, best):
    options = ["-qtables", "chroma.txt"] if row["table"] == "chroma" else []
    after, size = libjpeg(name, row["quality"], *options)
    assert float(row["psnr"]) == psnr(before, after), row
    assert int(row["bytes"]) == size, row
    assert float(row["bpp"]) == 8 * size / before.size, row
    same, size = libjpeg(name, row["quality"], "-optimize", *options)
    assert int(row["bytes_optimal"]) == size, row
    assert float(optimal["bpp"]) == 8 * size / before.size, optimal
    assert {**row, "bpp": 0} == {**optimal, "bpp": 0}
END
}

@test "float and fast: PSNR and bytes of cjpeg and djpeg" {
    python "$samples/noise.pgm" "$samples/checker.pgm" << 'END'
import sys
from runs import *
for dct, qualities in (("float", "5-100:5"), ("fast", "5-95:5")):
    for row in rows("-q", qualities, "--dct", dct, *sys.argv[1:]):
        after, size = libjpeg(row["file"], row["quality"], dct=dct)
        assert float(row["psnr"]) == psnr(samples(row["file"]), after), row
        assert int(row["bytes"]) == size, row
END
}

@test "lists, ranges and mixtures of qualities: each once, in the order given" {
    python "$samples/pixel.pgm" << 'END'
import sys
from runs import *
for text, want in {
        "10": [10], "10,50,90": [10, 50, 90], "90,10,50": [90, 10, 50],
        "75-95:5": [75, 80, 85, 90, 95], "75-94:5": [75, 80, 85, 90], "75-95:50": [75],
        "3-6": [3, 4, 5, 6], "7-7": [7], "7-7:3": [7],
        "10,50,75-95:5": [10, 50, 75, 80, 85, 90, 95],
        "75-95:5,10,80": [75, 80, 85, 90, 95, 10], "50,50,50": [50], "5,3-6": [5, 3, 4, 6],
        "100,1-3,2-5": [100, 1, 2, 3, 4, 5], "0-100:50": [0, 50, 100], "0,1,0": [0, 1]}.items():
    got = [int(row["quality"]) for row in rows("-q", text, sys.argv[1])]
    assert got == want, (text, got)
END
}

@test "rows: in the order of the images, then tables, then qualities" {
    jpegq --print-table -q 30 > own.txt
    python << 'END'
from itertools import product
from runs import *
names = write_images(7)
names = names[3:] + names[:3]
for tables in (["flat", "luma", "own.txt"], ["watson"], ["chroma", "own.txt", "flat", "klein"]):
    words = [word for table in tables for word in ("-t", table)]
    got = settings(rows("-q", "90,10-30:10", *words, *names))
    want = list(product(names, tables, ("90", "10", "20", "30")))
    assert got == want, got
# The defaults of a quality: 75, and 50 for a table from a file.
assert settings(rows("-t", "own.txt", "-t", "flat", names[0])) == \
    [(names[0], "own.txt", "50"), (names[0], "flat", "75")]
# Options in any place.
assert jpegq(names[0], "-q", "20,30", names[1], "-n", "-t", "flat", "--format", "csv") == \
    jpegq("--format", "csv", "-n", "-t", "flat", "-q", "20,30", *names[:2])
# Ten images that are the same name.
assert settings(rows("-q", "5,6", names[0], names[0])) == \
    2 * [(names[0], "luma", "5"), (names[0], "luma", "6")]
END
}

@test "each row is the single run's, whatever the transform, rounding and scale" {
    jpegq --print-table -q 30 > own.txt
    python "$samples/noise.pgm" "$samples/text.png" "$samples/scene.bmp" "$samples/pixel.pgm" << 'END'
import sys
from runs import *
names = sys.argv[1:]
for options in (["--dct", "int"], ["--dct", "float"], ["--dct", "fast"], ["--dct", "exact"],
                ["--round", "even"], ["--round", "trunc"], ["--round", "offset:0.3"],
                ["--dct", "exact", "--round", "none"], ["--dct", "float", "--round", "offset:0.4"],
                ["--no-baseline"], ["--huffman", "optimal"], ["--no-baseline", "--dct", "fast"]):
    sweep = rows("-q", "3,20,85", "-t", "luma", "-t", "own.txt", "-t", "watson", "--metrics", "all",
                 *options, *names)
    assert len(sweep) == 9 * len(names)
    for row in sweep[::2]:
        single = rows("-q", row["quality"], "-t", row["table"], "--metrics", "all", *options,
                      row["file"])
        assert single == [row], (options, single, row)
for options in (["--scale", "2.5"], ["--scale", "0.3,1"], ["--exact-table"]):
    sweep = rows("-t", "own.txt", "-t", "flat", "--metrics", "all", *options, *names)
    assert [(r["file"], r["table"]) for r in sweep] == \
        [(n, t) for n in names for t in ("own.txt", "flat")]
    for row in sweep:
        assert rows("-t", row["table"], "--metrics", "all", *options, row["file"]) == [row]
        assert row["quality"] == "" and row["scale"] == ("" if len(options) < 2 else options[1])
END
}

@test "--metrics: the columns, in the manual's order" {
    python "$samples/noise.pgm" << 'END'
import itertools
import random
import sys
from runs import *
def header(*arguments):
    return jpegq("-n", "--format", "csv", *arguments, sys.argv[1]).decode().split("\r\n")[0].split(
        "\n")[0].split(",")
assert header() == BEFORE + DEFAULT + AFTER
assert header("--metrics", "all") == BEFORE + METRICS + AFTER
everything, = rows("--metrics", "all", "-q", "33", sys.argv[1])
random.seed(4)
for count in range(1, 12):
    chosen = random.sample(METRICS, count)
    assert header("--metrics", ",".join(chosen)) == \
        BEFORE + [m for m in METRICS if m in chosen] + AFTER, chosen
    row, = rows("--metrics", ",".join(chosen), "-q", "33", sys.argv[1])
    assert all(row[m] == everything[m] for m in chosen)
    lines = jpegq("-n", "--metrics", ",".join(chosen), sys.argv[1], sys.argv[1]).decode()
    words = lines.split("\n")[0].split()
    assert [w for w in words if w in METRICS] == [m for m in METRICS if m in chosen], lines
END
    for list in '' foo mse,foo ,mse 'mse,' mse,,psnr MSE 'mse psnr' all,foo quality; do
        refuses 64 'metrics' 'mse' 'psnr_b' 'bytes_optimal' -- --metrics "$list" -n "$samples/noise.pgm"
    done
}

@test "several combinations and one OUTPUT, or one of what is for one, are refused" {
    for options in '-q 10,20' '-q 1-3' '-t luma -t flat' '-q 10-20:5 -t luma -t flat'; do
        # shellcheck disable=SC2086 # the options are several words
        for output in out.png - out.jpg; do
            refuses 64 . -- $options --output-format png "$samples/noise.pgm" "$output"
            refuses 64 . -- $options -s --output-format png "$samples/noise.pgm" "$output"
        done
        # shellcheck disable=SC2086
        for what in '--dump c.npy' '--diff d.png' '--bit-map b.png' '--bits' '--block 0,0'; do
            refuses 64 "${what%% *}" -- $options $what "$samples/noise.pgm"
        done
    done
    refuses 64 'quality|-q' -- -q 10,20 --scale 2 "$samples/noise.pgm"
    refuses 64 'quality|-q' -- -q 10,20 --exact-table "$samples/noise.pgm"
    # One quality twice is one.
    jpegq -q 10,10 "$samples/noise.pgm" out.pgm
    jpegq -q 10 "$samples/noise.pgm" single.pgm
    same out.pgm single.pgm
}

@test "-n and -d are two things, and -n takes no output" {
    mkdir d
    refuses 64 . -- -n -d d "$samples/noise.pgm"
    refuses 64 . -- -n
    refuses 64 . -- -n -q 10,20
    refuses 64 . -- -d d
    # All names are inputs: nothing is written over the second.
    cp "$samples/noise.pgm" other.pgm
    jpegq -n "$samples/pixel.pgm" other.pgm > "$BATS_TEST_TMPDIR/rows"
    same other.pgm "$samples/noise.pgm"
}

@test "-j: its range" {
    for threads in 0 -1 257 x '' 1.5 1e1 ' ' 99999999999999999999; do
        refuses 64 'threads|-j' '\b1\b' '\b256\b' -- -j "$threads" -n "$samples/noise.pgm"
    done
    jpegq -j 256 -n "$samples/noise.pgm" > many
    jpegq -n "$samples/noise.pgm" > few
    same many few
}

@test "-j 1, 2 and 8: the same output in every format, with broken files among them" {
    python << 'END'
import glob
import os
from runs import *
names = write_images(30, 40, 50)
write("zz-broken.pgm", b"P5\n8 8\n255\nshort")
write("zz-empty.png", b"")
names[3:3] = ["zz-broken.pgm"]
names[12:12] = ["missing.pgm", "zz-empty.png"]
names[20:20] = ["zz-broken.pgm"]
for form in ("text", "csv", "tsv", "jsonl"):
    for options in (["-q", "10-90:20", "-t", "luma", "-t", "flat", "--metrics", "all"],
                    ["-q", "10-90:40", "-t", "luma", "-t", "flat", "--summary"],
                    ["-q", "10-90:20", "-t", "luma", "-t", "flat", "--bd"],
                    ["--target-psnr", "32"]):
        runs = [attempt("-n", "-j", j, "--format", form, *options, *names) for j in (1, 2, 8)]
        for run in runs:
            assert run.returncode == 1, run
            assert run.stdout == runs[0].stdout, (form, options)
            assert sorted(run.stderr.split(b"\n")) == sorted(runs[0].stderr.split(b"\n")), run.stderr
            assert run.stderr.count(b"\n") == 4, run.stderr
names = sorted(set(name for name in names if name != "missing.pgm"))
outputs = []
for j in (1, 2, 8):
    os.mkdir(f"d{j}")
    run = attempt("-d", f"d{j}", "-s", "-j", j, "--format", "csv", "-q", "10,50", "--dct", "float",
                  *names)
    assert run.returncode == 1
    files = {os.path.basename(p): open(p, "rb").read() for p in glob.glob(f"d{j}/*")}
    assert len(files) == 60 and len(os.listdir(f"d{j}")) == 60
    outputs.append((run.stdout, files))
assert outputs[0] == outputs[1] == outputs[2]
END
}

@test "one broken file among a hundred: its rows say why, ninety-nine are done" {
    python << 'END'
import json
from runs import *
names = write_images(100)
write(names[41], b"P5\n17 23\n255\nshort")
good = names[:41] + names[42:]
want = rows("-q", "30,60", *good)
assert len(want) == 198
for form in ("csv", "tsv", "jsonl"):
    out, errors = failing(1, "-n", "-q", "30,60", "--format", form, *names)
    assert len(errors) == 1 and names[41] in errors[0], errors
    lines = out.decode().splitlines()
    header = [] if form == "jsonl" else [lines.pop(0)]
    assert len(lines) == 200
    rest = header + lines[:82] + lines[84:]
    assert rest == jpegq("-n", "-q", "30,60", "--format", form, *good).decode().splitlines()
    reason = errors[0][len("jpegq: "):]
    if form == "csv":
        for row in statistics(out)[82:84]:
            assert row["file"] == names[41] and row["error"] in (reason, reason.split(": ", 1)[1])
            assert not any(row[name] for name in METRICS if name in row), row
            assert not any(row[name] for name in ("width", "height", "blocks", "pixels")), row
    if form == "jsonl":
        for line in lines:
            values = json.loads(line)
            assert (values["error"] is None) == (values["file"] != names[41])
        values = json.loads(lines[82])
        assert list(values) == BEFORE + DEFAULT + AFTER
        assert all(values[name] is None for name in DEFAULT) and values["quality"] == 30
out, errors = failing(1, "-n", "-q", "30,60", *names)
assert out.decode().count(names[41]) >= 2 and len(errors) == 1
END
}

@test "--no-header leaves out the names, and nothing else" {
    for form in csv tsv text; do
        jpegq -n -q 10,20 --format "$form" "$samples/noise.pgm" "$samples/pixel.pgm" > with
        jpegq -n -q 10,20 --format "$form" --no-header "$samples/noise.pgm" "$samples/pixel.pgm" \
            > without
        tail -n +2 with > rest
        # Columns of text are as wide as their widest word.
        if [[ "$form" == text ]]; then
            same <(tr -s ' ' < rest) <(tr -s ' ' < without)
        else
            same rest without
        fi
        [[ "$(wc -l < without)" -eq 4 ]]
    done
    jpegq -n -q 10,20 --format jsonl "$samples/noise.pgm" > with
    jpegq -n -q 10,20 --format jsonl --no-header "$samples/noise.pgm" > without
    same with without
}

@test "text: several rows are a line each, a single one is a paragraph" {
    jpegq -n -q 10,20 -t luma -t flat "$samples/noise.pgm" "$samples/pixel.pgm" > text
    jpegq -n -q 10,20 -t luma -t flat --format csv "$samples/noise.pgm" "$samples/pixel.pgm" > rows.csv
    python << 'END'
from command import statistics
lines = open("text").read().splitlines()
found = statistics(open("rows.csv", newline="").read())
assert len(lines) == 9 and len(found) == 8
for line, row in zip(lines[1:], found):
    words = line.split()
    for name in ("table", "quality", "bytes", "bytes_optimal", "max_error", "file"):
        assert row[name] in words, (line, name)
    assert "inf" in words if row["psnr"] == "inf" else any(
        abs(float(w) - float(row["psnr"])) < 0.01 for w in words if "." in w and "/" not in w)
END
}

@test "--files-from: names one on a line, after those of the command line" {
    python << 'END'
import os
from runs import *
one, two, three, four = write_images(4)
os.mkdir("folder")
os.rename(three, "folder/with two  spaces.pgm")
os.rename(four, "-dash.pgm")
three, four = "folder/with two  spaces.pgm", "-dash.pgm"
want = rows("-q", "10,20", "--", one, two, three, four)
for text in (f"{two}\n{three}\n{four}\n", f"{two}\n{three}\n{four}", f"\n{two}\n\n\n{three}\n{four}\n\n"):
    write("list", text.encode())
    assert rows("-q", "10,20", one, "--files-from", "list") == want, text
    assert rows("--files-from", "list", "-q", "10,20", one) == want, text
    assert rows("--files-from", "-", one, "-q", "10,20", input=text.encode()) == want, text
write("list", f"{two}\0{three}\0{four}\0".encode())
assert rows("-q", "10,20", one, "--files-from", "list", "-0") == want
assert rows("-q", "10,20", one, "--null", "--files-from", "-",
            input=open("list", "rb").read()[:-1]) == want
# Names that only -0 can carry, and bytes that are not UTF-8.
odd = [b"line\nbreak.pgm", b"end\n", b"\n", b"latin-\xe9.pgm", b" space ", b"#hash", b"return\r"]
for name in odd:
    write(name, open(one, "rb").read())
got = rows("-0", "--files-from", "-", input=b"\0".join(odd) + b"\0")
assert [os.fsencode(row["file"]) for row in got] == odd, got
plain = [name for name in odd if b"\n" not in name and b"\r" not in name]
got = rows("--files-from", "-", input=b"\n".join(plain))
assert [os.fsencode(row["file"]) for row in got] == plain, got
# One name, ten thousand of them, and none.
assert len(rows("--files-from", "-", "--metrics", "mse", input=(two + "\n").encode() * 10000)) == 10000
for data in (b"", b"\n", b"\n\n"):
    for options in ([], ["-0"]):
        if data and options:
            continue
        out, errors = failing(1, "-n", "--files-from", "-", *options, input=data)
        assert not out and len(errors) == 1
# A list that ends its lines as Windows does names what is not there, or is understood.
done = attempt("-n", "--format", "csv", "--files-from", "-", input=f"{one}\r\n{two}\r\n".encode())
found = statistics(done.stdout)
assert len(found) == 2
if done.returncode:
    assert done.returncode == 1 and all(row["error"] for row in found), done
else:
    assert [row["file"] for row in found] == [one, two]
END
}

@test "--files-from: what cannot be read, and what goes with it" {
    cp "$samples/noise.pgm" one.pgm
    mkdir d
    refuses 1 'nothing-there' 'no such' -- -n --files-from nothing-there one.pgm
    refuses 1 '\bd\b' 'directory' -- -n --files-from d one.pgm
    refuses 64 'null|-0' -- -n -0 one.pgm
    printf 'one.pgm\n' > list
    jpegq -d d --files-from list
    jpegq one.pgm want.png
    same d/one-luma-q75.png want.png
    printf 'one.pgm\nmissing.pgm\n' > list
    keep -n --files-from list --format csv
    refused 1 'missing\.pgm'
    [[ "$(wc -l < "$BATS_TEST_TMPDIR/stdout")" -eq 3 ]]
}
