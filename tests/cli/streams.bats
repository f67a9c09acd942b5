#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A PGM or PPM file to a PGM file goes strip by strip. The oracle is cjpeg and djpeg, or the way
# through PNG, which has the whole picture in memory.

load common

# A picture of several strips whose last one is partial: large WIDTH HEIGHT LARGEST [CHANNELS]
large() {
    python "$@" << 'END'
import sys
import numpy as np
from files import write_pnm
width, height, largest, channels = [*map(int, sys.argv[1:]), 1][:4]
rng = np.random.default_rng(width)
y, x = np.mgrid[:height, :width]
wave = 0.5 + 0.4 * np.sin(x / 23) * np.cos(y / 31) + rng.normal(0, 0.05, (height, width))
gray = np.clip(np.rint(wave * largest), 0, largest).astype(int)
samples = gray if channels == 1 else np.stack([gray, gray[::-1], largest - gray], axis=2)
write_pnm("in.pgm", samples, largest)
END
}

# Every way in and out, and several numbers of threads, gives want.pgm: every_way [options]
every_way() {
    local threads
    for threads in 1 2 3 16; do
        rm -f fifo got.pgm
        mkfifo fifo
        jpegq -j "$threads" "$@" in.pgm got.pgm
        same want.pgm got.pgm
        jpegq -j "$threads" "$@" --output-format pgm - - < <(cat in.pgm) | cmp - want.pgm
        jpegq -j "$threads" "$@" --output-format pgm - - < in.pgm > got.pgm
        same want.pgm got.pgm
        cat in.pgm > fifo &
        jpegq -j "$threads" "$@" fifo got.pgm
        wait "$!"
        same want.pgm got.pgm
        cat fifo > got.pgm &
        jpegq -j "$threads" "$@" --output-format pgm in.pgm fifo
        wait "$!"
        same want.pgm got.pgm
    done
}

@test "the pixels of cjpeg and djpeg, by every way, with any number of threads" {
    large 701 1243 255
    reference in.pgm int -quality 60 > want.pgm
    every_way -q 60
    reference in.pgm float -quality 60 > want.pgm
    every_way -q 60 --dct float
    reference in.pgm fast -quality 60 > want.pgm
    every_way -q 60 --dct fast
}

@test "every kind of maximum value, and colour" {
    for largest in 1 100 4095 65535; do
        large 501 803 "$largest"
        reference in.pgm int -quality 80 > want.pgm
        every_way -q 80
    done
    for largest in 255 1000; do
        large 301 403 "$largest" 3
        reference in.pgm int -quality 80 > want.pgm
        every_way -q 80
    done
}

@test "narrow and wide pictures" {
    for size in "1 70001" "7 40003" "70001 1" "40003 21" "300001 9"; do
        # shellcheck disable=SC2086 # two numbers
        large $size 255
        if [[ "${size%% *}" -gt 65500 || "${size##* }" -gt 65500 ]]; then # no JPEG file has that
            jpegq -q 40 in.pgm want.png
            jpegq -q 100 --dct exact --round none --output-format pgm want.png want.pgm
        else
            reference in.pgm int -quality 40 > want.pgm
        fi
        every_way -q 40
    done
}

@test "exact, roundings and tables: as through PNG" {
    large 450 700 255
    for options in "--dct exact" "--dct exact --round none --scale 3" "--round offset:0.3 -t flat" \
        "--round trunc -t watson --no-baseline -q 5" "--dct float --round even" \
        "--dct fast --round offset:1 -q 98"; do
        # shellcheck disable=SC2086 # several words
        {
            jpegq $options in.pgm want.png
            pgm_of want.png > want.pgm
            every_way $options
        }
    done
}

@test "fast refuses what overflows, wherever it is" {
    overflowing_pgm in.pgm
    refuses 1 'in\.pgm.*fast overflows' -- -q 100 --dct fast in.pgm out.png
    for threads in 1 2 5; do
        refuses 1 'in\.pgm.*fast overflows' -- -j "$threads" -q 100 --dct fast in.pgm out.pgm
    done
    # neighbours from black to white, also across the strips: no difference of DC is too large
    python << 'END'
import numpy as np
from files import write_pnm
samples = np.repeat(np.repeat(np.indices((250, 20)).sum(axis=0) % 2 * 255, 8, 0), 8, 1)
write_pnm("in.pgm", samples)
END
    for options in "" "--round offset:1" "--round even"; do
        # shellcheck disable=SC2086 # several words
        {
            jpegq -q 100 --dct fast $options in.pgm want.png
            pgm_of want.png > want.pgm
            every_way -q 100 --dct fast $options
        }
    done
}

@test "memory does not grow with the picture" {
    python << 'END'
import os
import resource
import subprocess
from command import command
valgrind = bool(os.environ.get("JPEGQ_WRAPPER"))
width, height = (1000, 400) if valgrind else (16000, 16000)
header = f"P5\n{width} {height}\n255\n".encode()
strip = bytes(range(256)) * (width * 8 // 256)
for threads in (1, 4):
    feed = subprocess.Popen(command("-j", threads, "--output-format", "pgm", "-", "-"),
                            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    feed.stdin.write(header)
    left = width * height
    while left:
        left -= feed.stdin.write(strip[:left])
    feed.stdin.close()
    assert feed.wait() == 0
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
assert valgrind or peak < 64 * 1024, f"{peak} KiB"
END
}

@test "a picture that is cut off: nothing is left" {
    large 640 900 255 # 15 + 576000 bytes
    [[ "$(stat -c %s in.pgm)" -eq 576015 ]]
    for length in 15 16 20000 262159 576014; do
        head -c "$length" in.pgm > cut.pgm
        for threads in 1 3; do
            refuses 1 "cut\.pgm: truncated: .*need 576000 bytes, $((length - 15)) are there" -- \
                -j "$threads" cut.pgm out.pgm
            refuses 1 "standard input: truncated: .*need 576000 bytes, $((length - 15)) are there" \
                -- -j "$threads" - out.pgm < <(cat cut.pgm)
        done
    done
}

@test "a picture that shrinks or grows while it is read" {
    large 640 900 255
    jpegq in.pgm want.png
    pgm_of want.png > want.pgm
    cp in.pgm changing.pgm
    mkfifo fifo
    # The program waits for a reader of the FIFO when it has looked at its input.
    jpegq --output-format pgm changing.pgm fifo 2> errors &
    job=$!
    sleep 0.3
    truncate -s 400000 changing.pgm
    cat fifo > part
    ! wait "$job" || fail "it is not noticed"
    grep -q 'changing.pgm: truncated' errors
    cp in.pgm changing.pgm
    jpegq --output-format pgm changing.pgm fifo &
    job=$!
    sleep 0.3
    head -c 100000 /dev/zero >> changing.pgm
    cat fifo > got.pgm
    wait "$job"
    same want.pgm got.pgm
}

@test "a sample above the maximum: the first one is named" {
    python << 'END'
import numpy as np
from files import write_pnm
samples = np.full((1000, 500), 99)
samples[777, 33] = 101
samples[778, 3] = 200
samples[999, 499] = 255
write_pnm("in.pgm", samples, 100)
END
    for threads in 1 2 7; do
        refuses 1 'in\.pgm: the sample in row 777, column 33 is above the maximum 100' -- \
            -j "$threads" in.pgm out.pgm
    done
    refuses 1 'in\.pgm: the sample in row 777, column 33 is above the maximum 100' -- in.pgm out.png
}

@test "headers that come in pieces, and long ones" {
    python << 'END'
import subprocess
import time
import numpy as np
from command import command, jpegq
from files import read_pgm, write
samples = np.random.default_rng(4).integers(0, 256, (50, 40)).astype(np.uint8)
options = ("--dct", "exact", "--round", "none", "--output-format", "pgm")
for comment in (b"", b"# a comment\n", b"#" * 4090 + b"\n", b"#" * 70000 + b"\n"):
    head = b"P5 " + comment + b"40 50 255\n"
    write("in.pgm", head + samples.tobytes())
    jpegq(*options, "in.pgm", "out.pgm")
    assert (read_pgm("out.pgm") == samples).all(), len(comment)
    process = subprocess.Popen(command(*options, "-", "out.pgm"), stdin=subprocess.PIPE)
    data = head + samples.tobytes()
    cuts = sorted({*range(1, 20), len(head) - 1, len(head), len(head) + 1, len(head) + 333})
    for start, end in zip([0, *cuts], [*cuts, len(data)]):
        process.stdin.write(data[start:end])
        process.stdin.flush()
        time.sleep(0.002)
    process.stdin.close()
    assert process.wait() == 0
    assert (read_pgm("out.pgm") == samples).all(), len(comment)
END
}

@test "what follows the picture is read to its end, and ignored" {
    large 300 200 255
    jpegq in.pgm want.pgm
    { cat in.pgm && head -c 3000000 /dev/zero && echo whole > written; } | jpegq - got.pgm
    same want.pgm got.pgm
    [[ "$(cat written)" == whole ]]
    cat in.pgm in.pgm > two.pgm
    jpegq two.pgm got.pgm
    same want.pgm got.pgm
}

@test "--max-pixels: exactly so many are taken" {
    large 300 200 255
    jpegq --max-pixels 60000 in.pgm out.pgm
    rm out.pgm
    refuses 1 'in\.pgm.*300 x 200.*59999' -- --max-pixels 59999 in.pgm out.pgm
    refuses 1 'standard input.*300 x 200.*59999' -- --max-pixels 59999 - out.pgm < <(cat in.pgm)
}

@test "standard output is the file that standard input reads: it is read first" {
    large 640 900 15 # the header is shorter than that of the output
    jpegq -q 30 in.pgm want.pgm
    # shellcheck disable=SC2094 # that is what is tested
    jpegq -q 30 --output-format pgm - - < in.pgm 1<> in.pgm
    same want.pgm in.pgm
}

@test "a full device, a limit on files, a closed pipe: one line, and nothing is left" {
    large 640 900 255
    full="$(full_device)"
    for threads in 1 3; do
        refuses 1 "$full" -- -j "$threads" --output-format pgm in.pgm "$full"
        printf 'old' > out.pgm
        before="$(snapshot)"
        status=0
        (
            trap '' XFSZ
            ulimit -f 300
            jpegq -j "$threads" in.pgm out.pgm 2> "$BATS_TEST_TMPDIR/stderr"
        ) || status=$?
        refused 1 'out\.pgm'
        unchanged "$before"
        { jpegq -j "$threads" --output-format pgm in.pgm - 2> "$BATS_TEST_TMPDIR/stderr" ||
            echo "$?" > "$BATS_TEST_TMPDIR/status"; } | head -c 10 > /dev/null
        status="$(cat "$BATS_TEST_TMPDIR/status")"
        refused 1 'standard output'
        unchanged "$before"
    done
}

@test "interrupted: the old file or the new one, and nothing else" {
    large 2000 3000 255
    python << 'END'
import os
import random
import signal
import subprocess
import time
from command import command, jpegq
start = time.monotonic()
jpegq("in.pgm", "out.pgm")
took = time.monotonic() - start
whole = open("out.pgm", "rb").read()
for turn in range(20):
    open("out.pgm", "wb").write(b"old")
    process = subprocess.Popen(command("-j", 1 + turn % 3, "in.pgm", "out.pgm"),
                               stderr=subprocess.PIPE)
    time.sleep(took * random.uniform(0.05, 1))
    process.send_signal((signal.SIGINT, signal.SIGTERM)[turn % 2])
    process.communicate()
    assert open("out.pgm", "rb").read() in (b"old", whole)
    assert sorted(os.listdir(".")) == ["in.pgm", "out.pgm"], os.listdir(".")
# while it waits for a pipe
open("out.pgm", "wb").write(b"old")
process = subprocess.Popen(command("-j", 2, "-", "out.pgm"), stdin=subprocess.PIPE)
process.stdin.write(open("in.pgm", "rb").read()[:3000000])
process.stdin.flush()
while len(os.listdir(".")) < 3:
    time.sleep(0.01)
process.send_signal(signal.SIGINT)
assert process.wait() != 0
assert open("out.pgm", "rb").read() == b"old"
assert sorted(os.listdir(".")) == ["in.pgm", "out.pgm"], os.listdir(".")
END
}

@test "many pictures: each a stream, where it is a PGM or PPM file" {
    mkdir d
    large 640 900 255
    mv in.pgm big.pgm
    cp "$samples"/{noise.pgm,text.png,scene.ppm} .
    pgm_of text.png > text.pgm
    for threads in 1 2 9; do
        jpegq -j "$threads" -q 40 -d d --output-format pgm big.pgm noise.pgm text.png scene.ppm
        for file in big.pgm noise.pgm text.pgm scene.ppm; do
            reference "$file" int -quality 40 | cmp - "d/${file%.*}-luma-q40.pgm"
            rm "d/${file%.*}-luma-q40.pgm"
        done
    done
}

@test "-v says what is read" {
    keep -v -q 20 "$samples/scene-12bit.pgm" out.pgm
    [[ "$status" -eq 0 && ! -s "$BATS_TEST_TMPDIR/stdout" ]]
    refused 0 'scene-12bit\.pgm: PGM, .* gray, 0\.\.4095 scaled to 0\.\.255'
}
