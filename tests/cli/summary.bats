#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# --summary: the means and totals that the manual defines, computed here from the rows themselves.

load common
: "${samples:?is set by common.bash}"

setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    cat > means.py << 'END'
from itertools import product
from runs import *

def close(got, want):
    return got == want or math.isclose(got, want, rel_tol=1e-12)

def check(found, count, tables, qualities, column="bytes"):
    """`found` is `count` images' rows and the summary's; its definitions are the manual's."""
    detail, summary = found[:count * len(tables) * len(qualities)], found[count * len(tables) * len(qualities):]
    assert [(r["table"], r["quality"]) for r in summary] == list(product(tables, qualities)), summary
    for row in summary:
        own = [r for r in detail if not r["error"] and
               (r["table"], r["quality"]) == (row["table"], row["quality"])]
        assert row["file"] == "" and row["error"] == "" and row["width"] == row["height"] == ""
        assert int(row["images"]) == len(own)
        for name in ("pixels", "blocks", "bytes", "bytes_optimal"):
            if name in row:
                assert int(row[name]) == sum(int(r[name]) for r in own), (name, row)
        if "max_error" in row:
            assert float(row["max_error"]) == max(float(r["max_error"]) for r in own)
        pixels = sum(int(r["width"]) * int(r["height"]) for r in own)
        assert int(row["pixels"]) == pixels
        if "bpp" in row and column in row:
            assert close(float(row["bpp"]), 8 * sum(int(r[column]) for r in own) / pixels), row
        if "zeros" in row:
            zeros = sum(round(float(r["zeros"]) * 64 * int(r["blocks"])) for r in own)
            assert close(float(row["zeros"]), zeros / (64 * int(row["blocks"]))), row
        for name in ("mse", "psnr", "psnr_b", "ssim", "ssim_uniform", "mean_error"):
            if name in row:
                want = sum(float(r[name]) for r in own) / len(own)
                assert close(float(row[name]), want), (name, row, want)
        for name in ("dct", "round", "scale"):
            assert row[name] == own[0][name], (name, row)
    return detail, summary
END
    export PYTHONPATH="$PWD:$PYTHONPATH"
}

@test "means, totals and shares of all images" {
    python "$samples/noise.pgm" "$samples/text.png" "$samples/scene.bmp" "$samples/pixel.pgm" << 'END'
import sys
from means import *
for column, options in (("bytes", []), ("bytes_optimal", ["--huffman", "optimal"]),
                        ("bytes", ["--dct", "exact", "--round", "even"])):
    found = rows("--summary", "--metrics", "all", "-q", "5,60,95", "-t", "luma", "-t", "watson", *options,
                 *sys.argv[1:])
    assert len(found) == 5 * 6
    detail, summary = check(found, 4, ("luma", "watson"), ("5", "60", "95"), column)
    assert detail == rows("--metrics", "all", "-q", "5,60,95", "-t", "luma", "-t", "watson", *options,
                          *sys.argv[1:])
# One image, and one quality.
check(rows("--summary", "--metrics", "all", sys.argv[1]), 1, ("luma",), ("75",))
check(rows("--summary", "-q", "5,6", *sys.argv[1:]), 4, ("luma",), ("5", "6"))
check(rows("--summary", "--metrics", "bpp,zeros", "-q", "5,6", *sys.argv[1:]), 4, ("luma",), ("5", "6"))
found = rows("--summary", "--scale", "3,1", "-t", "flat", "-t", "luma", *sys.argv[1:])
check(found, 4, ("flat", "luma"), ("",))
assert found[-1]["scale"] == "3,1"
END
}

@test "a PSNR is infinite if it is so for one image" {
    python "$samples/gray.png" "$samples/noise.pgm" << 'END'
import json
import sys
from means import *
found = rows("--summary", "--metrics", "all", "-q", "20", *sys.argv[1:])
check(found, 2, ("luma",), ("20",))
assert found[2]["psnr"] == found[2]["psnr_b"] == "inf" and float(found[2]["mse"]) > 0
lines = jpegq("-n", "--summary", "--metrics", "all", "-q", "20", "--format", "jsonl", *sys.argv[1:])
values = [json.loads(line) for line in lines.decode().splitlines()]
assert len(values) == 3
assert list(values[2])[:len(BEFORE + METRICS + AFTER)] == BEFORE + METRICS + AFTER
last = values[2]
assert last["psnr"] is None and last["psnr_b"] is None and last["file"] is None
assert last["width"] is None and last["height"] is None and last["error"] is None
assert last["images"] == 2 and last["pixels"] == 256 + 67 * 45 and "identical" not in last
for name in METRICS:
    if last[name] is not None:
        assert last[name] == float(found[2][name]), name
# All of them identical.
last = json.loads(jpegq("-n", "--summary", "--format", "jsonl", "-q", "20", sys.argv[1], sys.argv[1])
                  .decode().splitlines()[-1])
assert last["psnr"] is None and last["mse"] == 0 and last["images"] == 2
END
}

@test "rows that failed are left out" {
    printf 'P5\n9 9\n255\nshort' > broken.pgm
    python "$samples/noise.pgm" "$samples/text.png" << 'END'
import json
import sys
from means import *
names = ["broken.pgm", sys.argv[1], "missing.pgm", sys.argv[2], "broken.pgm"]
out, errors = failing(1, "-n", "--summary", "--metrics", "all", "--format", "csv", "-q", "10,20", *names)
detail, summary = check(statistics(out), 5, ("luma",), ("10", "20"))
assert summary == rows("--summary", "--metrics", "all", "-q", "10,20", *sys.argv[1:])[-2:]
# None is left: nothing to take a mean of.
out, errors = failing(1, "-n", "--summary", "--format", "csv", "broken.pgm", "missing.pgm")
for row in statistics(out)[2:]:
    assert row["images"] == "0" and not row["mse"] and not row["psnr"] and not row["bpp"], row
out, errors = failing(1, "-n", "--summary", "--format", "jsonl", "broken.pgm", "missing.pgm")
for line in out.decode().splitlines()[2:]:
    values = json.loads(line)
    assert values["images"] == 0 and values["mse"] is None and values["psnr"] is None
END
}

@test "text shows the same figures" {
    jpegq -n --summary -q 10,20 "$samples/noise.pgm" "$samples/text.png" > text
    jpegq -n --summary -q 10,20 --format csv "$samples/noise.pgm" "$samples/text.png" > rows.csv
    python << 'END'
from runs import *
lines = open("text").read().splitlines()
found = statistics(open("rows.csv", newline="").read())
lines = [line for line in lines if line.strip()]
for line, row in zip(lines[-2:], found[-2:]):
    words = line.split()
    assert row["quality"] in words and row["bytes"] in words and row["max_error"] in words
    assert any("." in w and abs(float(w) - float(row["psnr"])) < 1e-3 for w in words
               if w.replace(".", "").isdigit()), line
END
}

@test "--compare has a summary, too" {
    cp "$samples/noise.pgm" before.pgm
    for q in 10 50; do cjpeg -quality "$q" before.pgm | djpeg > "$q.pgm"; done
    python << 'END'
from runs import *
found = statistics(jpegq("--compare", "before.pgm", "--summary", "--format", "csv", "10.pgm", "50.pgm"))
assert len(found) == 3
last = found[2]
assert last["file"] == "" and last["images"] == "2" and int(last["pixels"]) == 2 * 67 * 45
for name in ("mse", "psnr", "psnr_b", "ssim", "ssim_uniform", "mean_error"):
    assert math.isclose(float(last[name]), (float(found[0][name]) + float(found[1][name])) / 2), name
assert last["max_error"] == found[0]["max_error"]
END
}

@test "text: of one image, and of coefficients" {
    jpegq --dump c.npy "$samples/noise.pgm"
    jpegq --summary "$samples/noise.pgm" > one
    jpegq --summary --from-coefficients c.npy --size 67x45 > two
    # Its rows have no width and no height.
    ! grep -n '\b0 x 0\b' one two || fail "a size of nothing"
    grep -q '67 x 45' one
    grep -q '67 x 45' two
}

@test "with --bd there are no rows of statistics to sum up" {
    for form in csv tsv text; do
        keep -n --bd --summary --format "$form" -q 20-80:20 -t luma -t flat "$samples/text.png"
        if [[ "$status" -eq 0 ]]; then
            jpegq -n --bd --format "$form" -q 20-80:20 -t luma -t flat "$samples/text.png" > want
            same "$BATS_TEST_TMPDIR/stdout" want
        else
            refused 64 'bd|summary'
        fi
    done
}
