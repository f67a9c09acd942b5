#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Targets: the quality that is found is the one that trying all of them names, also where a measure
# does not grow with the quality.

load common
: "${samples:?is set by common.bash}"

# What the manual defines, from the rows of all qualities:
# lowest quality with at least that much, highest with at most.
setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    cat > brute.py << 'END'
from itertools import groupby
from runs import *
COLUMN = {"--target-psnr": "psnr", "--target-ssim": "ssim", "--target-bytes": "bytes",
          "--target-bpp": "bpp"}

def everything(*arguments):
    """{(file, table): {quality: row}}"""
    found = rows("-q", "1-100", "--metrics", "all", *arguments)
    return {key: {int(row["quality"]): row for row in group}
            for key, group in groupby(found, lambda row: (row["file"], row["table"]))}

def answer(all_rows, option, limit, qualities, column=None):
    """The row of the quality that meets the target, or None."""
    column = column or COLUMN[option]
    at_least = option in ("--target-psnr", "--target-ssim")
    good = [q for q in qualities if (float(all_rows[q][column]) >= limit if at_least
                                     else float(all_rows[q][column]) <= limit)]
    return all_rows[min(good) if at_least else max(good)] if good else None

def check(sweep, option, text, limit, qualities, *arguments, column=None):
    """Run it with a target, which must give what trying all qualities gives; how many did not."""
    want = [answer(by_quality, option, limit, qualities, column) for by_quality in sweep.values()]
    done = attempt("-n", "--format", "csv", "--metrics", "all", option, text, *arguments)
    missed = want.count(None)
    assert done.returncode == (99 if missed else 0), (option, text, done)
    assert done.stderr.count(b"\n") == missed, done.stderr
    got = statistics(done.stdout)
    if len(want) == 1 and missed and not got:
        return missed  # a single image has no rows that failed
    assert len(got) == len(want), (option, text, got)
    for (file, table), row, expected in zip(sweep, got, want):
        assert (row["file"], row["table"]) == (file, table)
        if expected is None:
            assert row["error"] and not row["quality"] and not any(row[m] for m in METRICS), row
        else:
            assert row == expected, (option, text, row, expected)
    return missed
END
    export PYTHONPATH="$PWD:$PYTHONPATH"
}

@test "every kind: what trying all qualities finds" {
    python "$samples/noise.pgm" "$samples/scene.bmp" "$samples/block.pgm" << 'END'
import sys
from brute import *
arguments = ["-t", "luma", "-t", "watson", *sys.argv[1:]]
sweep = everything(*arguments)
every = range(1, 101)
missed = 0
for option, texts in {
        "--target-psnr": ["0", "20", "27.5", "41.25", "60", "1000"],
        "--target-ssim": ["-1", "0.5", "0.95", "0.999", "1"],
        "--target-bytes": ["1", "331", "335", "500", "931", "2000", "100000"],
        "--target-bpp": ["0.01", "1", "2.5", "8", "42", "1000"]}.items():
    for text in texts:
        missed += check(sweep, option, text, float(text), every, *arguments)
# Exactly what a quality has, and the least beyond it.
for (file, table), by_quality in list(sweep.items())[::3]:
    one = {(file, table): by_quality}
    for quality in (1, 7, 50, 83, 100):
        for option, column in COLUMN.items():
            value = float(by_quality[quality][column])
            if math.isinf(value):
                continue
            for limit in ([int(value) - 1, int(value), int(value) + 1] if column == "bytes" else
                          [np.nextafter(value, 0), value, np.nextafter(value, 1e9)]):
                if column != "ssim" or limit <= 1:
                    missed += check(one, option, repr(limit if column == "bytes" else float(limit)),
                                    limit, every, "-t", table, file)
assert missed > 15
END
}

@test "k and M" {
    python "$samples/text.png" "$samples/noise.pgm" << 'END'
import sys
from brute import *
sweep = everything(*sys.argv[1:])
for text, limit in {"2k": 2000, "9k": 9000, "5000": 5000, "1M": 1000000, "0.005M": 5000,
                    "2.5k": 2500, "1k": 1000, "1000": 1000}.items():
    check(sweep, "--target-bytes", text, limit, range(1, 101), *sys.argv[1:])
END
}

@test "a measure that does not grow with the quality" {
    python << 'END'
from brute import *
# Small images whose curves go up and down, which is checked.
names = []
for seed in range(24):
    kind = ("noise", "dots", "scene")[seed % 3]
    names.append(f"{seed}.pgm")
    write(names[-1], pnm(image(kind, 5 + seed % 9, 5 + seed % 7, seed)))
sweep = everything(*names)
for option, column in COLUMN.items():
    texts, curves = set(), 0
    for by_quality in sweep.values():
        values = [float(by_quality[q][column]) for q in range(1, 101)]
        falls = [i for i in range(1, 100) if values[i] < values[i - 1]]
        curves += len(falls) > 1
        # Thresholds between a quality and a better one below it: where bisection errs.
        for i in falls[::4]:
            middle = (values[i] + values[i - 1]) / 2
            if math.isfinite(middle):
                texts.add(repr(values[i - 1]) if math.isfinite(values[i - 1]) else repr(values[i]))
                texts.add(repr(middle))
    assert curves >= 5, (option, curves)
    for text in sorted(texts)[::max(1, len(texts) // 16)]:
        limit = float(text)
        if column == "bytes":
            text = str(int(limit))
            limit = int(limit)
        check(sweep, option, text, limit, range(1, 101), *names)
END
}

@test "-q names the qualities to search among" {
    python "$samples/noise.pgm" "$samples/text.png" << 'END'
import sys
from brute import *
sweep = everything(*sys.argv[1:])
missed = 0
for text, qualities in {"20-60": range(20, 61), "10-90:10": range(10, 91, 10),
                        "90,30,50": (90, 30, 50), "75": (75,), "60-70,5,95-100:5":
                        (*range(60, 71), 5, 95, 100)}.items():
    for option, limits in {"--target-psnr": ("18", "24", "30", "36.5", "50"),
                           "--target-bytes": ("900", "1500", "2229", "3k", "30k"),
                           "--target-bpp": ("1", "5", "9"), "--target-ssim": ("0.8", "0.97")}.items():
        for limit in limits:
            number = float(limit.replace("k", "")) * (1000 if "k" in limit else 1)
            missed += check(sweep, option, limit, number, qualities, "-q", text, *sys.argv[1:])
assert missed > 5
END
}

@test "--huffman optimal, tables from files, transforms and roundings" {
    jpegq --print-table -q 70 -t flat > own.txt
    python "$samples/noise.pgm" "$samples/checker.pgm" << 'END'
import sys
from brute import *
for options in (["--huffman", "optimal"], ["-t", "own.txt"], ["--dct", "float"], ["--dct", "exact"],
                ["--round", "offset:0.35"], ["--no-baseline", "--huffman", "optimal"]):
    sweep = everything(*options, *sys.argv[1:])
    for option, texts in {"--target-bytes": ("900", "1700", "2300"), "--target-bpp": ("2.4", "6"),
                          "--target-psnr": ("22", "35"), "--target-ssim": ("0.9",)}.items():
        for text in texts:
            column = "bytes_optimal" if option == "--target-bytes" and "optimal" in options else None
            check(sweep, option, text, float(text), range(1, 101), *options, *sys.argv[1:],
                  column=column)
END
}

@test "the outputs are those of the quality that was found" {
    mkdir d
    cp "$samples/noise.pgm" in.pgm
    python "$samples/text.png" << 'END'
import os
import sys
from brute import *
sweep = everything("-t", "luma", "-t", "flat", "in.pgm", sys.argv[1])
jpegq("-d", "d", "--target-psnr", "29", "-t", "luma", "-t", "flat", "in.pgm", sys.argv[1])
want = set()
for (file, table), by_quality in sweep.items():
    quality = answer(by_quality, "--target-psnr", 29, range(1, 101))["quality"]
    name = f"{os.path.basename(file).split('.')[0]}-{table}-q{quality}.png"
    want.add(name)
    jpegq("-q", quality, "-t", table, file, "single.png")
    assert open("single.png", "rb").read() == open(f"d/{name}", "rb").read()
assert set(os.listdir("d")) == want
for limit in (1000, 1776, 2500):
    for options, column in (([], "bytes"), (["--huffman", "optimal"], "bytes_optimal")):
        by_quality = sweep["in.pgm", "luma"]
        quality = answer(by_quality, "--target-bytes", limit, range(1, 101), column)["quality"]
        jpegq("--target-bytes", limit, *options, "in.pgm", "out.jpg")
        data = open("out.jpg", "rb").read()
        assert len(data) <= limit
        assert data == piped(["cjpeg", "-grayscale", "-baseline", "-quality", quality,
                              *(["-optimize"] if options else []), "in.pgm"])
        jpegq("--target-bytes", limit, *options, "in.pgm", "out.pgm")
        assert open("out.pgm", "rb").read() == piped(["djpeg"], data=data)
END
}

@test "out of reach: 99, one line, nothing written" {
    printf 'old' > out.jpg
    refuses 99 'noise\.pgm' 'target' -- --target-bytes 300 "$samples/noise.pgm" out.jpg
    refuses 99 'noise\.pgm' 'target' -- --target-psnr 90 "$samples/noise.pgm" out.png
    refuses 99 'noise\.pgm' '\b10\b' '\b20\b' -- --target-psnr 30 -q 10-20 "$samples/noise.pgm" new.png
    mkdir d
    keep -d d --target-psnr 90 "$samples/noise.pgm" "$samples/gray.png"
    refused 99 'noise\.pgm'
    [[ "$(ls -A d)" == gray-luma-q1.png ]]
    for form in csv tsv jsonl text; do
        keep -n --target-psnr 90 --format "$form" "$samples/noise.pgm" "$samples/gray.png"
        refused 99 'noise\.pgm' 'luma'
        grep -q 'noise\.pgm.*no quality' "$BATS_TEST_TMPDIR/stdout"
        grep -q 'gray\.png' "$BATS_TEST_TMPDIR/stdout"
    done
}

@test "a row says so if it is the only one, too" {
    for form in csv tsv jsonl; do
        keep -n --target-psnr 90 --format "$form" "$samples/noise.pgm"
        refused 99 'noise\.pgm'
        grep -q 'noise\.pgm.*no quality' "$BATS_TEST_TMPDIR/stdout" ||
            fail "no row in $form:" "$(cat "$BATS_TEST_TMPDIR/stdout")"
        cp "$BATS_TEST_TMPDIR/stdout" "$BATS_TEST_TMPDIR/want"
        # "With no output and nothing else to produce" is the same run.
        keep --target-psnr 90 --format "$form" "$samples/noise.pgm"
        refused 99 'noise\.pgm'
        same "$BATS_TEST_TMPDIR/stdout" "$BATS_TEST_TMPDIR/want"
    done
}

@test "a file that failed outweighs a target out of reach" {
    printf 'P5\n9 9\n255\nshort' > broken.pgm
    python "$samples/noise.pgm" "$samples/gray.png" << 'END'
import sys
from runs import *
noise, gray = sys.argv[1:]
for names in ([noise, "broken.pgm", gray], ["broken.pgm", noise], [gray, noise, "broken.pgm"],
              ["missing.pgm", noise]):
    for j in (1, 4):
        out, errors = failing(1, "-n", "-j", j, "--format", "csv", "--target-psnr", "90", *names)
        assert len(errors) == 2, errors
        found = statistics(out)
        assert [r["file"] for r in found] == names
        assert [bool(r["error"]) for r in found] == [name != gray for name in names]
out, errors = failing(99, "-n", "--target-psnr", "90", noise, gray, noise)
assert len(errors) == 2
out, errors = failing(1, "-n", "--target-psnr", "9", noise, gray, "broken.pgm")
assert len(errors) == 1
END
}

@test "wrong targets" {
    for number in '' x nan -5 20kk 20K 20m 20G 'k' '20 k' 0x10 inf; do
        refuses 64 'target-bytes' -- --target-bytes "$number" "$samples/noise.pgm"
    done
    for number in '' x nan -inf inf -1 '30 ' 30dB; do
        refuses 64 'target-psnr' -- --target-psnr "$number" "$samples/noise.pgm"
    done
    for number in '' x nan 1.01 -1.01 2 inf '0.5 '; do
        refuses 64 'target-ssim' -- --target-ssim "$number" "$samples/noise.pgm"
    done
    for number in '' x nan inf -1 '1 ' 1k; do
        refuses 64 'target-bpp' -- --target-bpp "$number" "$samples/noise.pgm"
    done
    refuses 64 'target' -- --target-psnr 30 --target-bytes 2k "$samples/noise.pgm"
    refuses 64 'target' -- --target-psnr 30 --scale 2 "$samples/noise.pgm"
    refuses 64 'target' -- --target-bpp 3 --exact-table "$samples/noise.pgm"
    refuses 64 'target' -- --target-psnr 30 --bd -q 10-90:10 -t luma -t flat "$samples/noise.pgm"
    jpegq --dump c.npy "$samples/noise.pgm"
    refuses 64 'target' -- --target-psnr 30 --from-coefficients c.npy
}

@test "--print-table: the table in effect is that of the quality that was found" {
    keep --print-table --target-psnr 30 "$samples/noise.pgm" out.png
    if [[ "$status" -eq 0 ]]; then
        cp "$BATS_TEST_TMPDIR/stdout" got
        jpegq --target-psnr 30 --format csv "$samples/noise.pgm" > rows.csv
        quality="$(tail -n 1 rows.csv | cut -d , -f 8)"
        jpegq --print-table -q "$quality" > want
        same got want
    else
        refused 64 'target|print-table'
    fi
}
