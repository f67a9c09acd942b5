#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Statistics: their values against NumPy, their forms against Python's csv and json.

load common
: "${samples:?is set by common.bash}"

# The manual's columns, in order: the only place that lists them all.
names='file width height blocks dct round table quality scale mse psnr max_error mean_error zeros bytes bytes_optimal bpp images pixels error'

@test "values: against NumPy, from the files" {
    python "$samples/noise.pgm" "$samples/noise-binary.pgm" "$samples/checker.pgm" << 'END'
import math
import sys
import numpy as np
from command import jpegq, statistics
from files import read_pgm
for name in sys.argv[1:]:
    for dct in ("int", "float", "fast", "exact"):
        for quality in (0, 10, 75, 98):
            options = ("-q", quality, "--dct", dct, name)
            row, = statistics(jpegq("-s", "--format", "csv", *options, "out.pgm"))
            jpegq("--dump", "q.npy", *options)
            before, after = read_pgm(name).astype(int), read_pgm("out.pgm").astype(int)
            difference = np.abs(after - before)
            quantized = np.load("q.npy")
            # Quotients of whole numbers: the nearest double, read back exactly.
            mse = int((difference**2).sum()) / difference.size
            assert float(row["mse"]) == mse
            assert math.isclose(float(row["psnr"]), 10 * math.log10(255**2 / mse), rel_tol=4e-16)
            assert float(row["max_error"]) == difference.max()
            assert float(row["mean_error"]) == int(difference.sum()) / difference.size
            assert float(row["zeros"]) == int((quantized == 0).sum()) / quantized.size
            assert row["width"] == str(before.shape[1]) and row["height"] == str(before.shape[0])
            assert row["blocks"] == str(quantized.shape[0] * quantized.shape[1])
            assert row["dct"] == dct and row["round"] == "nearest" and row["table"] == "luma"
            assert int(row["quality"]) in (quality, max(quality, 1)) and row["scale"] == ""
            assert row["file"] == name
END
}

@test "without an output statistics are printed, and nothing is written" {
    before="$(snapshot)"
    keep "$samples/noise.pgm"
    [[ "$status" -eq 0 && -s "$BATS_TEST_TMPDIR/stdout" && ! -s "$BATS_TEST_TMPDIR/stderr" ]]
    unchanged "$before"
    jpegq -s "$samples/noise.pgm" > "$BATS_TEST_TMPDIR/again"
    same "$BATS_TEST_TMPDIR/stdout" "$BATS_TEST_TMPDIR/again"
}

@test "with an output they are printed only if asked for" {
    jpegq "$samples/noise.pgm" out.pgm > stdout
    [[ ! -s stdout ]]
    jpegq -s "$samples/noise.pgm" out.pgm > stdout
    [[ -s stdout ]]
    jpegq "$samples/noise.pgm" > alone
    same stdout alone
}

@test "text: what the machine forms say, for a person" {
    jpegq -q 20 "$samples/noise.pgm" > text
    jpegq -q 20 --format text "$samples/noise.pgm" > named
    same text named
    jpegq -q 20 --format csv "$samples/noise.pgm" > stats.csv
    python << 'END'
import re
from command import statistics
text = open("text").read()
row, = statistics(open("stats.csv", newline="").read())
for word in ("noise.pgm", "67", "45", "54", "int", "nearest", "luma", "20", row["max_error"]):
    assert re.search(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9])", text), (word, text)
numbers = [float(n) for n in re.findall(r"[0-9]+\.[0-9]+", text)]
for name in ("mse", "psnr", "mean_error"):
    assert any(abs(n - float(row[name])) <= 0.006 for n in numbers), (name, text)
share = float(row["zeros"])
assert any(abs(n - share) < 1e-3 or abs(n - 100 * share) < 0.06 for n in numbers), text
END
}

@test "csv, tsv and jsonl have the same columns and values" {
    jpegq -q 20 --format csv "$samples/noise.pgm" > stats.csv
    jpegq -q 20 --format tsv "$samples/noise.pgm" > stats.tsv
    jpegq -q 20 --format jsonl "$samples/noise.pgm" > stats.jsonl
    python "$names" << 'END'
import csv
import json
import sys
names = sys.argv[1].split()
with open("stats.csv", newline="") as file:
    rows = list(csv.reader(file))
assert rows[0] == names and len(rows) == 2 and len(rows[1]) == len(names), rows
with open("stats.tsv", newline="") as file:
    lines = file.read().split("\n")
assert lines[0].split("\t") == names and lines[1].split("\t") == rows[1] and lines[2:] == [""]
lines = open("stats.jsonl").read().split("\n")
assert len(lines) == 2 and lines[1] == ""
values = json.loads(lines[0])
assert list(values) == names, list(values)
for name, text in zip(names, rows[1]):
    value = values[name]
    if name in ("file", "dct", "round", "table"):
        assert value == text, name
    elif text == "":
        assert value is None, name
    else:
        assert isinstance(value, (int, float)) and float(text) == value, name
for name in ("width", "height", "blocks", "quality", "max_error"):
    assert isinstance(values[name], int), name
END
}

@test "quality and scale: what does not apply is empty or null" {
    jpegq --print-table -q 50 > t.txt
    for form in csv jsonl; do
        jpegq --format "$form" --scale 2.5,1 "$samples/noise.pgm" > "scale.$form"
        jpegq --format "$form" -t t.txt --exact-table "$samples/noise.pgm" > "exact.$form"
        jpegq --format "$form" -t t.txt "$samples/noise.pgm" > "file.$form"
        jpegq --format "$form" --round offset:0.35 -t ms-ssim --dct exact "$samples/noise.pgm" \
            > "preset.$form"
    done
    python << 'END'
import json
from command import statistics
def both(name):
    row, = statistics(open(f"{name}.csv", newline="").read())
    return row, json.loads(open(f"{name}.jsonl").read())
row, values = both("scale")
assert row["quality"] == "" and values["quality"] is None
assert row["scale"] == "2.5,1" and values["scale"] == "2.5,1"
assert row["table"] == values["table"] == "luma"
row, values = both("exact")
assert row["quality"] == "" and values["quality"] is None
assert row["scale"] == "" and values["scale"] is None
assert row["table"] == values["table"] == "t.txt"
row, values = both("file")
assert row["quality"] == "50" and values["quality"] == 50  # the default for a file
row, values = both("preset")
assert row["round"] == values["round"] == "offset:0.35"
assert row["table"] == values["table"] == "ms-ssim"
assert row["dct"] == values["dct"] == "exact"
assert row["quality"] == "75" and values["quality"] == 75
END
}

@test "identical images: psnr is inf, or null and identical" {
    # gray.png is 128 everywhere: all coefficients are zero.
    for form in text csv tsv jsonl; do
        jpegq -q 50 --format "$form" "$samples/gray.png" > "gray.$form"
    done
    grep -qw inf gray.text
    python << 'END'
import json
from command import statistics
row, = statistics(open("gray.csv", newline="").read())
assert row["psnr"] == "inf" and float(row["mse"]) == 0 and float(row["max_error"]) == 0
assert float(row["mean_error"]) == 0 and float(row["zeros"]) == 1
values = json.loads(open("gray.jsonl").read())
assert values["psnr"] is None and values["identical"] is True
assert values["mse"] == 0 and values["max_error"] == 0 and values["zeros"] == 1
END
    jpegq --format jsonl -q 10 "$samples/noise.pgm" > noise.jsonl
    ! grep -q identical noise.jsonl || fail "identical, of noise at quality 10"
}

@test "identical images: by --round none as well" {
    jpegq --dct exact --round none --format jsonl -q 10 "$samples/noise.pgm" > noise.jsonl
    python << 'END'
import json
values = json.loads(open("noise.jsonl").read())
assert values["identical"] is True and values["psnr"] is None and values["round"] == "none"
END
}

@test "file names of every kind" {
    python "$samples/noise.pgm" << 'END'
import csv
import io
import json
import os
import shutil
import sys
from command import jpegq
names = [b"plain.pgm", b"two words.pgm", b'a "quote".pgm', b"comma, here.pgm", b"semi;colon.pgm",
         b"line\nbreak.pgm", b"return\r.pgm", b"tab\tbed.pgm", b"back\\slash.pgm", b"\\t.pgm",
         "hétérogène ∆ 𝄞.pgm".encode(), b"latin-\xe9.pgm", b"\xff\xfe.pgm", b"cut-\xe2\x88.pgm",
         b"overlong-\xc0\xaf.pgm", b"surrogate-\xed\xa0\x80.pgm", b"beyond-\xf5\x80\x80\x80.pgm",
         b"control-\x01\x1b[31m\x7f.pgm", b'",\n"\\".pgm', b"=1+1.pgm", b"'.pgm", b"{}[].pgm",
         b"-dash.pgm"]
for name in names:
    shutil.copy(sys.argv[1].encode(), os.path.join(b".", name))
    def form(which):
        return jpegq("--format", which, "--", name)
    rows = list(csv.reader(io.StringIO(form("csv").decode("utf-8", "surrogateescape"), newline="")))
    assert len(rows) == 2 and os.fsencode(rows[1][0]) == name, (name, rows)
    assert len(rows[1]) == len(rows[0]) >= 14
    lines = form("tsv").split(b"\n")
    assert len(lines) == 3 and lines[2] == b"", (name, lines)
    fields = lines[1].split(b"\t")
    assert len(fields) == len(rows[0])
    escaped = (name.replace(b"\\", b"\\\\").replace(b"\t", b"\\t").replace(b"\n", b"\\n")
               .replace(b"\r", b"\\r"))
    assert fields[0] == escaped, (name, fields[0])
    line = form("jsonl")
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    value = json.loads(line.decode("utf-8"))["file"]  # must be UTF-8 whatever the name is
    try:
        assert value == name.decode("utf-8"), (name, value)
    except UnicodeDecodeError:
        # Python, too, replaces by U+FFFD, if perhaps another number of them.
        want = name.decode("utf-8", "replace")
        assert "\ufffd" in value, (name, value)
        assert value.replace("\ufffd", "") == want.replace("\ufffd", ""), (name, value)
END
}

@test "table names are escaped like file names" {
    jpegq --print-table -q 50 > $'t "1",\n\t\\.txt'
    for form in csv tsv jsonl; do
        jpegq --format "$form" -t $'t "1",\n\t\\.txt' "$samples/noise.pgm" > "stats.$form"
    done
    python << 'END'
import json
from command import statistics
name = 't "1",\n\t\\.txt'
row, = statistics(open("stats.csv", newline="").read())
assert row["table"] == name
assert json.loads(open("stats.jsonl").read())["table"] == name
lines = open("stats.tsv", newline="").read().split("\n")
assert len(lines) == 3 and len(lines[1].split("\t")) == len(lines[0].split("\t")), lines
END
}

@test "numbers are as short as reads back the same double" {
    python "$samples/noise.pgm" "$samples/scene-4bit.pgm" << 'END'
import json
import sys
from command import jpegq, statistics
for name in sys.argv[1:]:
    for quality in (3, 20, 50, 77, 95):
        row, = statistics(jpegq("-q", quality, "--format", "csv", name))
        for column in ("mse", "psnr", "mean_error", "zeros"):
            digits = row[column].lower().split("e")[0].replace(".", "").lstrip("0")
            shortest = repr(float(row[column])).lower().split("e")[0].replace(".", "").strip("0")
            assert len(digits.rstrip("0")) <= len(shortest), (column, row[column])
END
}

@test "coefficients have no original: errors do not apply, the rest does" {
    jpegq -q 30 --dump c.npy "$samples/noise.pgm"
    jpegq -q 30 --format csv "$samples/noise.pgm" > direct.csv
    for form in text csv jsonl; do
        jpegq -q 30 --from-coefficients c.npy --size 67x45 --format "$form" > "stats.$form"
        jpegq -q 30 --from-coefficients c.npy --size 67x45 --format "$form" -s out.pgm \
            > "with.$form"
        same "stats.$form" "with.$form"
    done
    python << 'END'
import json
from command import statistics
row, = statistics(open("stats.csv", newline="").read())
direct, = statistics(open("direct.csv", newline="").read())
values = json.loads(open("stats.jsonl").read())
for name in ("mse", "psnr", "max_error", "mean_error"):
    assert row[name] == "" and values[name] is None, name
for name in ("width", "height", "blocks", "dct", "table", "quality", "zeros"):
    assert row[name] == direct[name], name
assert row["file"] == values["file"] == "c.npy"
assert "identical" not in values
END
}

@test "standard input has a name in statistics" {
    jpegq --format csv - < "$samples/noise.pgm" > got.csv
    jpegq --format csv "$samples/noise.pgm" > want.csv
    python << 'END'
from command import statistics
got, = statistics(open("got.csv", newline="").read())
want, = statistics(open("want.csv", newline="").read())
assert got.pop("file") and want.pop("file")
assert got == want
END
}

@test "PSNR of several qualities, as the manual shows it" {
    for q in 10 50 90; do
        jpegq -q "$q" --format csv "$samples/noise.pgm" | tail -n 1
    done > rows
    python << 'END'
import csv
rows = list(csv.reader(open("rows", newline="")))
psnr = [float(row[10]) for row in rows]
assert len(rows) == 3 and psnr == sorted(psnr) and len(set(psnr)) == 3
END
}
