#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# --learn-table: the figures that it predicts are those of libjpeg's files, the goal is met, and the
# files that it writes are read back by cjpeg, -t and --round. That offsets do what they say is
# checked by quantizing in NumPy.

load common
: "${samples:?is set by common.bash}"

setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    cat > learning.py << 'END'
import re
import numpy as np
from command import jpegq, statistics
from files import read_pgm, write, write_pnm

def numbers(name):
    """What a table or a file of offsets holds."""
    with open(name) as file:
        return [float(word) for line in file for word in line.split("#")[0].split()]

def rows(text):
    """The comparison that is printed: {(set, table): [quality, bytes, psnr, difference, ...]}."""
    found, which = {}, None
    for line in text.decode().splitlines():
        title = re.match(r"(training|validation), \d+ image", line)
        if title:
            which = title.group(1)
        elif which and line and not line.startswith("table"):
            found[which, line[:18].strip()] = [float(w) for w in line[18:].replace("%", "").split()
                                               if w != "-"]
    return found

def measures(*arguments):
    """Means and totals of images by the tool's statistics: (bytes, psnr, ssim)."""
    table = statistics(jpegq("-n", "--format", "csv", "--metrics", "psnr,ssim,bytes_optimal",
                             *arguments))
    return (sum(int(row["bytes_optimal"]) for row in table),
            np.mean([min(float(row["psnr"]), 70) for row in table]),
            np.mean([float(row["ssim"]) for row in table]))

def pieces():
    """Three parts of the sample scene: a.pgm, b.pgm, c.pgm."""
    scene = read_pgm("scene.pgm")
    for name, part in zip("abc", (scene[:200, :240], scene[150:381, 240:509], scene[100:300, 100:340])):
        write_pnm(name + ".pgm", part)
END
    pgm_of "$samples/scene.png" > scene.pgm
    PYTHONPATH="$work:$PYTHONPATH" python <<< 'from learning import pieces; pieces()'
    rm -rf __pycache__
    export PYTHONPATH="$work:$root/tests/model"
}

# The size of a file of cjpeg, and its PSNR as NumPy says.
cjpeg_of() {
    cjpeg -grayscale -optimize -qtables "$1" "$2" > cjpeg.jpg
    djpeg cjpeg.jpg > djpeg.pgm
    wc -c < cjpeg.jpg
    python "$2" << 'END'
import sys
import numpy as np
from files import read_pgm
error = read_pgm(sys.argv[1]).astype(float) - read_pgm("djpeg.pgm")
print("%.4f" % (10 * np.log10(255 ** 2 / (error ** 2).mean())))
END
}

@test "cjpeg -qtables makes the files that were predicted" {
    for option in '' --no-rounding; do
        # shellcheck disable=SC2086 # nothing, or one word
        jpegq --learn-table t.txt $option -q 40 scene.pgm > report
        name='learned, nearest'
        [[ -z "$option" ]] || name='learned '
        grep -A 3 '^training' report | grep "^$name" | tail -n 1 | awk '{ print $(NF - 1); print $NF }' > want
        cjpeg_of t.txt scene.pgm > got
        diff want got
        # and so says the table itself
        grep -q "^# with nearest rounding: $(head -n 1 got) bytes .* PSNR $(tail -n 1 got) dB" t.txt
        # the same pixels by the table as it stands
        jpegq -t t.txt --exact-table scene.pgm ours.pgm
        cmp ours.pgm djpeg.pgm
    done
    [[ ! -e t.offsets.txt || -n "$(find t.offsets.txt ! -newer t.txt)" ]] # of the first run only
}

@test "table and offsets make what was predicted, meet the goal and beat luma and flat" {
    python << 'END'
from learning import *
report = jpegq("--learn-table", "t.txt", "-q", 30, "a.pgm", "b.pgm", "--validate", "c.pgm")
found = rows(report)
steps, offsets = numbers("t.txt"), numbers("t.offsets.txt")
assert len(steps) == len(offsets) == 64
assert all(s == int(s) and 1 <= s <= 255 for s in steps)
assert all(0 <= o <= 0.5 for o in offsets)
how = ("-t", "t.txt", "--exact-table", "--round", "offsets:t.offsets.txt")
for which, names in ("training", ("a.pgm", "b.pgm")), ("validation", ("c.pgm",)):
    size, psnr, _ = measures(*how, *names)
    assert found[which, "learned"] == [size, round(psnr, 4)], (found, size, psnr)
    size, psnr, _ = measures(*how[:3], *names)
    assert found[which, "learned, nearest"] == [size, round(psnr, 4)]
_, goal, _ = measures("-q", 30, "a.pgm", "b.pgm")
reached = measures(*how, "a.pgm", "b.pgm")
assert goal <= reached[1] < goal + 0.1, (goal, reached)
for which in "training", "validation":
    for table in "luma", "flat":
        quality, size, psnr, difference = found[which, table]
        assert difference < -3, (which, table, difference)
        # between the qualities around it, by the tool's own statistics
        names = ("a.pgm", "b.pgm") if which == "training" else ("c.pgm",)
        low, high = (measures("-q", int(quality) + i, "-t", table, *names) for i in (0, 1))
        assert low[0] <= size + 0.5 and size - 0.5 <= high[0], (low, size, high)
        assert low[1] <= psnr + 1e-4 and psnr - 1e-4 <= high[1]
        assert psnr == found[which, "learned"][1]
END
}

@test "offsets from a file are those of each position" {
    python "$samples/noise.pgm" << 'END'
import sys
from fractions import Fraction
from learning import *
rng = np.random.default_rng(5)
offsets = rng.integers(0, 1001, 64) / 1000
write("o.txt", ("# a comment 0.5\n" + "\n".join("%.3f\t# one" % o for o in offsets)).encode())
for dct, scale in ("int", 8), ("exact", 1):
    jpegq("--dct", dct, "--dump-stage", "dct", "--dump", "x.npy", sys.argv[1])
    jpegq("--dct", dct, "-q", 70, "--round", "offsets:o.txt", "--dump", "q.npy", sys.argv[1])
    x, q = np.load("x.npy").reshape(-1, 64), np.load("q.npy").reshape(-1, 64)
    jpegq("--print-table", "-q", 70)
    steps = [int(w) for l in jpegq("--print-table", "-q", 70).decode().splitlines()
             for w in l.split("#")[0].split()]
    for k in range(64):
        if dct == "int":  # whole numbers, in eighths
            n = np.rint(x[:, k] * 8).astype(int)
            want = [(abs(int(v)) + Fraction(int(round(offsets[k] * 1000)), 1000) * 8 * steps[k])
                    // (8 * steps[k]) * (1 if v > 0 else -1) if v else 0 for v in n]
        else:
            u = x[:, k] / steps[k]
            want = np.sign(u) * np.floor(np.abs(u) + offsets[k])
        assert (q[:, k] == np.array(want, float)).all(), (dct, k)
# one offset for all is --round offset
write("same.txt", b"0.25 " * 64)
one = jpegq("-q", 50, "--round", "offsets:same.txt", "--format", "csv", sys.argv[1])
other = jpegq("-q", 50, "--round", "offset:0.25", "--format", "csv", sys.argv[1])
assert one.replace(b"offsets:same.txt", b"offset:0.25") == other
END
}

@test "files of offsets that are none" {
    printf '0.5 %.0s' {1..63} > short.txt
    printf '0.5 %.0s' {1..65} > long.txt
    printf '0.5 %.0s' {1..63} > high.txt
    printf '1.5\n' >> high.txt
    printf '# x\n\n0.5 0x1' > word.txt
    printf '0.5 nan' > nan.txt
    : > empty.txt
    refuses 1 'short.txt: 63 offsets' -- --round offsets:short.txt scene.pgm
    refuses 1 'long.txt: line 1: more than 64' -- --round offsets:long.txt scene.pgm
    refuses 1 'high.txt: line 1: not a number from 0 to 1' -- --round offsets:high.txt scene.pgm
    refuses 1 'word.txt: line 3: not a number' -- --round offsets:word.txt scene.pgm
    refuses 1 'nan.txt: line 1: not a number' -- --round offsets:nan.txt scene.pgm
    refuses 1 'empty.txt: is empty' -- --round offsets:empty.txt scene.pgm
    refuses 1 'none.txt' -- --round offsets:none.txt scene.pgm
    refuses 64 'lacks the name' -- --round offsets: scene.pgm
    printf '0.5 %.0s' {1..64} > good.pgm
    refuses 1 'is an input too' -- --round offsets:good.pgm scene.pgm good.pgm
}

@test "any number of threads learns the same" {
    for aim in psnr ssim; do
        for threads in 1 2 3; do
            mkdir $threads
            jpegq -j $threads --learn-table $threads/t.txt --learn-for $aim -q 35 a.pgm b.pgm c.pgm \
                > $threads/report
        done
        diff -r 1 2
        diff -r 1 3
        rm -r 1 2 3
    done
}

@test "goals: PSNR, SSIM and bits a pixel" {
    python << 'END'
from learning import *
how = ("-t", "t.txt", "--exact-table", "--round", "offsets:t.offsets.txt")
pixels = 200 * 240 + 231 * 269
for aim in "psnr", "ssim":
    for option, goal in (("--target-psnr", 33.5), ("--target-ssim", 0.93), ("--target-bpp", 0.6)):
        jpegq("--learn-table", "t.txt", "--learn-for", aim, option, goal, "a.pgm", "b.pgm")
        size, psnr, ssim = measures(*how, "a.pgm", "b.pgm")
        bpp = size * 8 / pixels
        got = {"--target-psnr": psnr, "--target-ssim": ssim, "--target-bpp": -bpp}[option]
        want = -goal if option == "--target-bpp" else goal
        near = {"--target-psnr": 0.1, "--target-ssim": 0.003, "--target-bpp": 0.01}[option]
        assert want <= got < want + near, (aim, option, goal, size, psnr, ssim, bpp)
END
}

@test "learned for SSIM: less for the same SSIM than with any built-in table" {
    jpegq --learn-table t.txt --learn-for ssim -q 30 scene.pgm > report
    sed -n '/^training/,$p' report | grep '%$' > differences
    [[ "$(wc -l < differences)" -ge 10 ]]
    run ! grep -v -- ' -[0-9.]* %$' differences
}

@test "a family rises in bytes and PSNR" {
    mkdir family
    jpegq --learn-table family/ -q 90,10-70:20 a.pgm b.pgm --validate c.pgm > report
    diff <(cd family && printf '%s\n' *) <(printf 'q%s\n' 10.offsets.txt 10.txt 30.offsets.txt \
        30.txt 50.offsets.txt 50.txt 70.offsets.txt 70.txt 90.offsets.txt 90.txt)
    python << 'END'
from learning import *
points = [measures("-t", f"family/q{q}.txt", "--exact-table", "--round",
                   f"offsets:family/q{q}.offsets.txt", "a.pgm", "b.pgm") for q in range(10, 91, 20)]
for low, high in zip(points, points[1:]):
    assert low[0] < high[0] and low[1] < high[1], points
for q, point in zip(range(10, 91, 20), points):
    assert measures("-q", q, "a.pgm", "b.pgm")[1] <= point[1]
# the deltas, by an independent fit of cubic polynomials
from measures import bjontegaard
import re
text = open("report").read()
for which, names in ("training", ("a.pgm", "b.pgm")), ("validation", ("c.pgm",)):
    for table in "luma", "flat":
        deltas = []
        for name in names:
            curves = []
            for arguments in ([("-q", q, "-t", table) for q in range(10, 91, 20)],
                              [("-t", f"family/q{q}.txt", "--exact-table", "--round",
                                f"offsets:family/q{q}.offsets.txt") for q in range(10, 91, 20)]):
                curves.append([measures(*a, name)[:2] for a in arguments])
            deltas.append(bjontegaard(*[[p[i] for p in c] for c in curves for i in (0, 1)])[0])
        found = re.search(rf"^{which} +{table} +(-?[0-9.]+)  \(mean of {len(names)}\)$", text, re.M)
        assert abs(float(found.group(1)) - np.mean(deltas)) < 2e-3, (found.group(0), deltas)
END
}

@test "what little there is to learn from ends with a table" {
    python << 'END'
from learning import *
rng = np.random.default_rng(1)
write_pnm("constant.pgm", np.full((40, 56), 77))
write_pnm("block.pgm", rng.integers(0, 256, (8, 8)))
write_pnm("pixel.pgm", [[200]])
write_pnm("noise.pgm", rng.integers(0, 256, (64, 72)))
write_pnm("binary.pgm", rng.integers(0, 2, (64, 64)) * 255)
write_pnm("line.pgm", rng.integers(0, 256, (1, 300)))
for name in "constant", "block", "pixel", "noise", "binary", "line":
    for aim in "psnr", "ssim":
        for goal in (("-q", 1), ("-q", 50), ("-q", 100)):
            jpegq("--learn-table", "t.txt", "--learn-for", aim, *goal, name + ".pgm")
            assert all(1 <= s <= 255 for s in numbers("t.txt"))
            how = ("-t", "t.txt", "--exact-table", "--round", "offsets:t.offsets.txt")
            got, want = measures(*how, name + ".pgm"), measures(*goal, name + ".pgm")
            assert got[2 if aim == "ssim" else 1] >= want[2 if aim == "ssim" else 1], (name, aim, goal)
jpegq("--learn-table", "t.txt", "-q", 50, *(f"{n}.pgm" for n in ("constant", "noise", "pixel")))
END
}

@test "goals that no table reaches" {
    refuses 99 'no quantization table reaches' 'PSNR of 80' -- --learn-table t.txt --target-psnr 80 a.pgm
    refuses 99 'no quantization table reaches' -- --learn-table t.txt --target-bpp 0.001 a.pgm
    refuses 99 'no quantization table reaches' -- --learn-table t.txt --target-ssim 1 a.pgm
}

@test "wrong usage, and files that are not there" {
    local learn=(--learn-table t.txt)
    refuses 64 'needs one of' -- "${learn[@]}" a.pgm
    refuses 64 'needs one of' -- "${learn[@]}" -q 50 --target-psnr 30 a.pgm
    refuses 64 'target-bytes' -- "${learn[@]}" --target-bytes 1000 a.pgm
    refuses 64 'no image to learn from|no input' -- "${learn[@]}" -q 50
    refuses 64 'only with --learn-table' -- --learn-for ssim a.pgm
    refuses 64 'only with --learn-table' -- --no-rounding a.pgm
    refuses 64 'only with --learn-table' -- --validate b.pgm a.pgm
    refuses 64 'psnr, ssim' -- "${learn[@]}" --learn-for bytes -q 50 a.pgm
    refuses 64 '2 qualities need a folder' -- "${learn[@]}" -q 50,60 a.pgm
    refuses 64 'file or folder' -- --learn-table - -q 50 a.pgm
    mkdir folder
    refuses 64 'give --quality' -- --learn-table folder --target-psnr 30 a.pgm
    refuses 1 'cannot create' -- --learn-table no/ -q 50 a.pgm
    refuses 1 'cannot create' -- --learn-table no/t.txt -q 50 a.pgm
    refuses 1 'none.pgm' -- "${learn[@]}" -q 50 a.pgm none.pgm
    refuses 1 'none.pgm' -- "${learn[@]}" -q 50 a.pgm --validate none.pgm
    refuses 1 'is an input too' -- --learn-table a.pgm -q 50 a.pgm b.pgm
    refuses 1 'is an input too' -- --learn-table b.pgm -q 50 a.pgm --validate b.pgm
    refuses 64 'named 2 times' -- "${learn[@]}" -q 50 - --validate -
    local option
    for option in '-n' '-s' '-t flat' '--dct float' '--round even' '--bd' '--scale 2' '-d folder' \
        '--no-baseline' '--huffman optimal' '--format csv' '--metrics psnr' '--summary' '--bits' \
        '--compare b.pgm' '--dump x.npy' '--exact-table'; do
        # shellcheck disable=SC2086 # an option and its argument
        refuses 64 'not together|only' -- "${learn[@]}" -q 50 $option a.pgm
    done
    : > t.txt
    refuses 1 'exists already' -- "${learn[@]}" --no-clobber -q 50 a.pgm
    rm t.txt
    : > t.offsets.txt
    refuses 1 'exists already' -- "${learn[@]}" --no-clobber -q 50 a.pgm
}

@test "names from a list, and standard input" {
    jpegq --learn-table one.txt -q 50 a.pgm b.pgm > one
    printf '%s\n' a.pgm b.pgm | jpegq --learn-table two.txt -q 50 --files-from - > two
    cmp one two
    diff <(grep -v '^#' one.txt) <(grep -v '^#' two.txt)
    jpegq --learn-table three.txt -q 50 - b.pgm < a.pgm > three
    diff <(grep -v '^#' one.txt) <(grep -v '^#' three.txt)
}

@test "standard output that is full leaves no table" {
    full="$(full_device)"
    before="$(snapshot)"
    status=0
    jpegq --learn-table t.txt -q 50 a.pgm > "$full" 2> "$BATS_TEST_TMPDIR/stderr" || status=$?
    refused 1 'standard output'
    unchanged "$before"
}

@test "interrupted, it keeps the best so far" {
    # sixteen times the scene, so that it is still at work when the first round is printed
    pnmtile 2036 1524 scene.pgm > large.pgm
    python << 'END'
import os
import signal
import subprocess
from learning import *
from command import command
for number in signal.SIGINT, signal.SIGTERM:
    learning = subprocess.Popen(command("--learn-table", "t.txt", "-q", 50, "large.pgm"),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not learning.stdout.readline().split()[0] == b"0":  # the flat table
        pass
    learning.send_signal(number)
    _, errors = learning.communicate()
    assert learning.returncode == 0, (learning.returncode, errors)
    assert errors == b"jpegq: interrupted: the best so far is kept\n", errors
    got = measures("-t", "t.txt", "--exact-table", "--round", "offsets:t.offsets.txt", "large.pgm")
    assert got[1] >= measures("-q", 50, "large.pgm")[1]
    os.remove("t.txt")
    os.remove("t.offsets.txt")
END
}
