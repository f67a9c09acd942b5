#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# --bd: Bjontegaard's deltas against NumPy's polyfit and polyint on the rows of the same sweep.

load common
: "${samples:?is set by common.bash}"

setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    pgm_of "$samples/text.png" > text.pgm
    pgm_of "$samples/gradients.png" > gradients.pgm
    cp "$samples/noise.pgm" "$samples/checker.pgm" .
    cat > deltas.py << 'END'
import warnings
from measures import bjontegaard
from runs import *

def vceg(rate_a, psnr_a, rate_b, psnr_b):
    """VCEG-M33 as it is: fits of the plain PSNR and logarithm, integrals between the bounds."""
    log_a, log_b = np.log10(rate_a), np.log10(rate_b)
    def delta(x_a, y_a, x_b, y_b):
        low, high = max(min(x_a), min(x_b)), min(max(x_a), max(x_b))
        areas = []
        for x, y in (x_a, y_a), (x_b, y_b):
            p = np.polyint(np.polyfit(x, y, 3 if len(x) > 3 else 2))
            areas.append(np.polyval(p, high) - np.polyval(p, low))
        return (areas[1] - areas[0]) / (high - low)
    return 100 * (10 ** delta(psnr_a, log_a, psnr_b, log_b) - 1), delta(log_a, psnr_a, log_b, psnr_b)

def close(got, want):
    # as a share of what a percentage and a PSNR are computed from
    return abs(got - want) <= 1e-9 * max(1, abs(want))

def expected(names, tables, qualities, *options, column="bytes"):
    """[(file, table, bd_rate, bd_psnr)] from the rows of the sweep."""
    words = [word for table in tables for word in ("-t", table)]
    found = rows("-q", qualities, *words, *options, *names)
    def curve(name, table):
        points = [(8 * int(r[column]) / int(r["pixels"]), float(r["psnr"])) for r in found
                  if (r["file"], r["table"]) == (name, table) and r["psnr"] != "inf"]
        return [p[0] for p in points], [p[1] for p in points]
    result = []
    for name in names:
        for table in tables[1:]:
            a, b = curve(name, tables[0]), curve(name, table)
            if any(max(min(x), min(y)) >= min(max(x), max(y)) for x, y in zip(a, b)):
                result.append((name, table, None, None))  # they have no PSNR in common
                continue
            one = bjontegaard(*a, *b)
            two = vceg(*a, *b)
            assert all(math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-5) for a, b in zip(one, two))
            result.append((name, table, *one))
    return result

def deltas(names, tables, qualities, *options):
    words = [word for table in tables for word in ("-t", table)]
    return statistics(jpegq("-n", "--bd", "--format", "csv", "-q", qualities, *words, *options, *names))

def check(names, tables, qualities, *options, column="bytes"):
    got = deltas(names, tables, qualities, *options)
    want = expected(names, tables, qualities, *options, column=column)
    assert list(got[0]) == ["file", "table", "reference", "bd_rate", "bd_psnr", "images"]
    assert len(got) == len(want) + len(tables) - 1, got
    by_key = {(row["file"], row["table"]): row for row in got}
    assert len(by_key) == len(got) and all(row["reference"] == tables[0] for row in got), got
    # Images, and tables, in the order of the command line.
    assert list(dict.fromkeys(r["file"] for r in got if r["file"])) == list(names)
    assert list(dict.fromkeys(r["table"] for r in got)) == list(tables[1:])
    for name, table, rate, quality in want:
        row = by_key[name, table]
        if rate is None:
            assert not row["bd_rate"] and not row["bd_psnr"], row
            continue
        assert row["images"] == "1"
        assert close(float(row["bd_rate"]), rate), (row, rate)
        assert close(float(row["bd_psnr"]), quality), (row, quality)
    for table in tables[1:]:
        row = by_key["", table]
        own = [w for w in want if w[1] == table and w[2] is not None]
        assert int(row["images"]) == len(own), (row, qualities, want, got)
        if not own:
            assert not row["bd_rate"] and not row["bd_psnr"], row
            continue
        assert close(float(row["bd_rate"]), sum(w[2] for w in own) / len(own)), row
        assert close(float(row["bd_psnr"]), sum(w[3] for w in own) / len(own)), row
END
    export PYTHONPATH="$PWD:$PYTHONPATH"
}

@test "two and three tables, four to nine qualities and many" {
    python << 'END'
from deltas import *
names = ["text.pgm", "noise.pgm", "gradients.pgm", "checker.pgm"]
for qualities in ("20-80:20", "10-90:10", "15,35,50,65,80", "90,10,50,70,30,20", "20-95"):
    check(names, ["luma", "watson"], qualities)
    check(names[:2], ["flat", "luma", "ms-ssim"], qualities)
check(["text.pgm"], ["klein", "peterson", "ahumada", "psnr-hvs"], "30-70:10")
check(names, ["luma", "flat"], "20-80:10", "--huffman", "optimal", column="bytes_optimal")
check(names, ["luma", "flat"], "20-80:10", "--dct", "exact", "--round", "offset:0.4")
END
}

@test "three qualities: a quadratic polynomial" {
    python << 'END'
from deltas import *
check(["text.pgm", "noise.pgm", "gradients.pgm"], ["luma", "watson", "flat"], "20,50,80")
check(["text.pgm"], ["luma", "flat"], "80,20,50")
END
}

@test "a table against itself, and the same table coarser" {
    jpegq --print-table -q 50 > same.txt
    python << 'END'
from deltas import *
row, mean = deltas(["text.pgm"], ["luma", "same.txt"], "20-80:10")
assert abs(float(row["bd_rate"])) < 1e-9 and abs(float(row["bd_psnr"])) < 1e-9
assert {**row, "file": ""} == mean
END
}

@test "points with an infinite PSNR are left out" {
    # Of this image 128 and 129 are exact at high qualities: few points remain.
    python << 'END'
from deltas import *
write("smooth.pgm", pnm(np.tile(np.repeat(np.array([100, 116, 132, 148], np.uint8), 8), (16, 1))))
found = rows("-q", "1-100", "-t", "luma", "-t", "watson", "smooth.pgm")
finite = {table: [int(r["quality"]) for r in found if r["table"] == table and r["psnr"] != "inf"]
          for table in ("luma", "watson")}
infinite = {int(r["quality"]) for r in found if r["psnr"] == "inf"}
both = sorted(set(finite["luma"]) & set(finite["watson"]))
assert infinite and len(both) > 8, (infinite, both)
qualities = ",".join(map(str, both[::max(1, len(both) // 9)] + sorted(infinite)[:3]))
got = deltas(["smooth.pgm"], ["luma", "watson"], qualities)
try:
    want = expected(["smooth.pgm"], ["luma", "watson"], qualities)
except AssertionError:
    want = None  # the two have no PSNR in common, or the published form is ill-conditioned
if want and got[0]["bd_rate"]:
    assert abs(float(got[0]["bd_rate"]) - want[0][2]) <= 1e-6 * max(1, abs(want[0][2])), (got, want)
# No finite PSNR at all.
write("constant.pgm", pnm(np.full((16, 16), 128)))
got = deltas(["constant.pgm", "text.pgm"], ["luma", "flat"], "20-80:10")
assert [row["bd_rate"] == "" for row in got] == [True, False, False], got
assert [row["images"] for row in got][2] == "1"
assert got[1]["bd_rate"] == got[2]["bd_rate"] and got[1]["bd_psnr"] == got[2]["bd_psnr"]
END
}

@test "formats say the same" {
    for form in csv tsv jsonl text; do
        jpegq -n --bd --format "$form" -q 20-80:20 -t luma -t flat -t watson noise.pgm text.pgm > "bd.$form"
        jpegq -n --bd --format "$form" --no-header -q 20-80:20 -t luma -t flat -t watson noise.pgm text.pgm \
            > "headless.$form"
    done
    same headless.csv <(tail -n +2 bd.csv)
    same headless.tsv <(tail -n +2 bd.tsv)
    same headless.jsonl bd.jsonl
    python << 'END'
import csv
import json
from command import statistics
names = ["file", "table", "reference", "bd_rate", "bd_psnr", "images"]
found = statistics(open("bd.csv", newline="").read())
assert len(found) == 6 and list(found[0]) == names
lines = open("bd.tsv").read().splitlines()
assert lines[0].split("\t") == names
assert [dict(zip(names, line.split("\t"))) for line in lines[1:]] == found
for line, row in zip(open("bd.jsonl").read().splitlines(), found):
    values = json.loads(line)
    assert list(values) == names
    for name in ("bd_rate", "bd_psnr", "images"):
        assert values[name] == float(row[name])
    assert (values["file"] or "") == row["file"] and values["table"] == row["table"]
    if not row["file"]:
        assert values["file"] is None
text = open("bd.text").read().splitlines()
assert len(text) == 7
for line, row in zip(text[1:], found):
    words = line.split()
    assert row["table"] in words
    for name in ("bd_rate", "bd_psnr"):
        assert any(abs(float(w) - float(row[name])) < 0.006 for w in words
                   if w.lstrip("-").replace(".", "").isdigit()), (line, row)
END
}

@test "a file that failed has no figures, and the mean is of the others" {
    printf 'P5\n9 9\n255\nshort' > broken.pgm
    python << 'END'
from deltas import *
words = ["-n", "--bd", "--format", "csv", "-q", "20-80:20", "-t", "luma", "-t", "flat"]
out, errors = failing(1, *words, "text.pgm", "broken.pgm", "noise.pgm")
assert len(errors) == 1 and "broken.pgm" in errors[0]
got = statistics(out)
want = deltas(["text.pgm", "noise.pgm"], ["luma", "flat"], "20-80:20")
assert [row for row in got if row["file"] != "broken.pgm"] == want, got
assert all(not row["bd_rate"] and not row["bd_psnr"] for row in got if row["file"] == "broken.pgm")
END
}

@test "it needs two tables and three qualities" {
    refuses 64 '\bbd\b' 'table' 'qualit' -- -n --bd -q 10-90:10 text.pgm
    refuses 64 '\bbd\b' 'table' 'qualit' -- -n --bd -q 10,20 -t luma -t flat text.pgm
    refuses 64 '\bbd\b' 'table' 'qualit' -- -n --bd -q 10,20,10 -t luma -t flat text.pgm
    refuses 64 '\bbd\b' 'table' 'qualit' -- -n --bd text.pgm
    refuses 64 '\bbd\b' -- -n --bd --scale 2 -t luma -t flat text.pgm
    refuses 64 '\bbd\b' -- --bd --compare text.pgm text.pgm
}
