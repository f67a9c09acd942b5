#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# -d: a reconstruction of every row in a folder, whole files only, and no name that two rows or an
# input have.

load common
: "${samples:?is set by common.bash}"

@test "names: input, table and quality or scale, without folders and endings" {
    mkdir -p d a.dir/b tables
    cp "$samples/noise.pgm" a.dir/b/one.pgm
    cp "$samples/noise.pgm" "two words.x.pgm"
    cp "$samples/noise.pgm" ending
    jpegq --print-table -q 40 > tables/own.txt
    jpegq -d d -q 10,90 -t luma -t tables/own.txt a.dir/b/one.pgm "two words.x.pgm" ending > stdout
    [[ ! -s stdout ]]
    diff <(find d -type f -printf '%P\n' | sort) - << 'END'
ending-luma-q10.png
ending-luma-q90.png
ending-own-q10.png
ending-own-q90.png
one-luma-q10.png
one-luma-q90.png
one-own-q10.png
one-own-q90.png
two words.x-luma-q10.png
two words.x-luma-q90.png
two words.x-own-q10.png
two words.x-own-q90.png
END
    mkdir e
    jpegq --output-directory=e/ --scale 2.5 -t ms-ssim-chroma -t flat a.dir/b/one.pgm
    jpegq -d e --scale 2,1 a.dir/b/one.pgm
    diff <(find e -type f -printf '%P\n' | sort) - << 'END'
one-flat-x2.5.png
one-luma-x2,1.png
one-ms-ssim-chroma-x2.5.png
END
    # The folder of the input itself.
    (cd a.dir/b && jpegq -d . -q 30 one.pgm && [[ -s one-luma-q30.png ]])
}

@test "contents: the single run's, in every format" {
    python "$samples/text.png" "$samples/scene.bmp" "$samples/scene-12bit.pgm" << 'END'
import os
import sys
from runs import *
for form in (None, "png", "bmp", "pgm", "npy", "jpg"):
    os.mkdir(f"d-{form}")
    ending = form or "png"
    options = ["--output-format", form] if form else []
    jpegq("-d", f"d-{form}", "-q", "10,75", "-t", "flat", "-t", "luma", *options, *sys.argv[1:])
    assert len(os.listdir(f"d-{form}")) == 12
    for name in sys.argv[1:]:
        for table in ("flat", "luma"):
            for quality in (10, 75):
                jpegq("-q", quality, "-t", table, name, f"single.{ending}")
                stem = os.path.basename(name).rsplit(".", 1)[0]
                got = open(f"d-{form}/{stem}-{table}-q{quality}.{ending}", "rb").read()
                assert got == open(f"single.{ending}", "rb").read(), (name, table, quality)
                if form == "jpg" and table == "luma" and name.endswith("12bit.pgm"):
                    jpegq("-q", quality, name, "single.pgm")
                    assert piped(["djpeg"], data=got) == open("single.pgm", "rb").read()
END
}

@test "statistics go with it if asked for, and are those of -n" {
    mkdir d
    jpegq -d d -q 10,75 "$samples/noise.pgm" "$samples/text.png" > nothing
    [[ ! -s nothing ]]
    jpegq -d d -q 10,75 -s --format csv "$samples/noise.pgm" "$samples/text.png" > some
    jpegq -n -q 10,75 --format csv "$samples/noise.pgm" "$samples/text.png" > same
    same some same
}

@test "two rows with one name are refused before any work" {
    mkdir -p d a b t u
    cp "$samples/noise.pgm" a/x.pgm
    cp "$samples/pixel.pgm" b/x.png
    cp "$samples/gray.png" x.png
    cp "$samples/noise.pgm" x.pgm
    cp "$samples/noise.pgm" other.pgm
    jpegq --print-table > t/own.txt
    jpegq --print-table -q 9 > u/own.dat
    jpegq --print-table -q 9 > luma.txt
    refuses '1|64' 'd/x-luma-q75\.png' -- -d d a/x.pgm b/x.png
    refuses '1|64' 'd/x-luma-q75\.png' -- -d d x.png x.pgm
    refuses '1|64' 'd/x-luma-q10\.jpg' -- -d d -q 10,20 --output-format jpg other.pgm x.png x.pgm
    refuses '1|64' 'd/x-luma-q75\.png' -- -d d x.pgm other.pgm x.pgm
    refuses '1|64' 'd/x-luma-q75\.png' -- -d d x.pgm ./x.pgm
    refuses '1|64' 'd/other-own-q50\.png' -- -d d -t t/own.txt -t u/own.dat other.pgm
    refuses '1|64' 'd/other-luma-q[0-9]+\.png' -- -d d -q 50 -t luma -t luma.txt other.pgm
    printf 'a/x.pgm\nb/x.png\n' > list
    refuses '1|64' 'd/x-luma-q75\.png' -- -d d --files-from list
    # INPUT-TABLE-qQUALITY can be had in two ways, too: a-luma with own, a with luma-own.
    cp "$samples/noise.pgm" a.pgm
    cp "$samples/noise.pgm" a-luma.pgm
    jpegq --print-table > luma-own.txt
    refuses '1|64' 'd/a-luma-own-q50\.png' -- -d d -t t/own.txt -t luma-own.txt a.pgm a-luma.pgm
    [[ -z "$(ls -A d)" ]]
}

@test "an input is never replaced: refused before any work" {
    mkdir -p d
    cp "$samples/noise.pgm" x.pgm
    cp "$samples/noise.pgm" other.pgm
    cp "$samples/gray.png" d/x-luma-q75.png
    refuses '1|64' 'x-luma-q75\.png' 'input' -- -d d x.pgm d/x-luma-q75.png
    refuses '1|64' 'x-luma-q75\.png' 'input' -- -d d other.pgm d/x-luma-q75.png x.pgm
    refuses '1|64' 'x-luma-q75\.png' 'input' -- -d d/../d x.pgm d/x-luma-q75.png
    ln -s d link
    refuses '1|64' 'x-luma-q75\.png' 'input' -- -d link x.pgm d/x-luma-q75.png
    refuses '1|64' 'x-luma-q75\.png' 'input' -- -d d x.pgm link/x-luma-q75.png
    printf 'd/x-luma-q75.png\n' > list
    refuses '1|64' 'x-luma-q75\.png' 'input' -- -d d x.pgm --files-from list
    # A symbolic link is followed.
    ln -s ../x.pgm d/other-luma-q75.png
    refuses '1|64' 'other-luma-q75\.png' 'input' -- -d d other.pgm x.pgm
    refuses '1|64' 'other-luma-q75\.png' 'input' -- -d d x.pgm other.pgm
    rm d/other-luma-q75.png
    # The table is an input as well.
    jpegq --print-table > d/x-own-q50.png
    mkdir t
    ln d/x-own-q50.png t/own.txt
    jpegq -d d -t d/x-own-q50.png other.pgm
    refuses '1|64' 'own' -- -d d -q 50 -t ./d/x-own-q50.png d/x-own-q50.png
}

@test "another output is never replaced" {
    mkdir d
    cp "$samples/noise.pgm" x.pgm
    failed=0
    refuses '1|64' 'x-luma-q75' -- -d d --output-format npy --dump d/x-luma-q75.npy x.pgm || failed=1
    rm -f d/*
    refuses '1|64' 'x-luma-q75' -- -d d --diff d/x-luma-q75.png x.pgm || failed=1
    rm -f d/*
    refuses '1|64' 'x-luma-q75' -- -d d --bit-map d/x-luma-q75.png x.pgm || failed=1
    rm -f d/*
    refuses '1|64' 'x-luma-q20' -- -d d -q 10,20 --sheet d/x-luma-q20.png x.pgm || failed=1
    [[ "$failed" -eq 0 ]]
}

@test "no folder" {
    cp "$samples/noise.pgm" x.pgm
    : > file
    refuses '1|64' 'missing' -- -d missing x.pgm
    refuses '1|64' 'file' -- -d file x.pgm
    refuses '1|64' . -- -d '' x.pgm
    refuses '1|64' 'missing' -- -d missing/deeper x.pgm
}

@test "--no-clobber: what exists stays as it is" {
    mkdir d
    cp "$samples/noise.pgm" x.pgm
    cp "$samples/noise.pgm" y.pgm
    printf 'old' > d/y-luma-q20.png
    keep -d d -q 10,20 --no-clobber x.pgm y.pgm
    refused 1 'd/y-luma-q20\.png' 'no-clobber|exists'
    [[ "$(< d/y-luma-q20.png)" == old ]]
    find d -mindepth 1 > left
    ! grep -vE '^d/[xy]-luma-q[12]0\.png$' left || fail "$(< left)"
    find d -name '*0.png' ! -name 'y-luma-q20.png' -delete
    jpegq -d d -q 10,30 --no-clobber x.pgm y.pgm
    [[ "$(find d -type f | wc -l)" -eq 5 && "$(< d/y-luma-q20.png)" == old ]]
    jpegq -d d -q 10,20 x.pgm y.pgm
    jpegq -q 20 y.pgm single.png
    same d/y-luma-q20.png single.png
}

@test "failures: what is good is written, nothing else is left" {
    mkdir d
    cp "$samples/noise.pgm" x.pgm
    cp "$samples/gray.png" y.png
    printf 'P5\n9 9\n255\nshort' > broken.pgm
    keep -d d -q 10,20 x.pgm broken.pgm y.png
    refused 1 'broken\.pgm'
    [[ "$(find d -mindepth 1 | wc -l)" -eq 4 && -s d/y-luma-q20.png ]]
    # A place that is taken by a folder.
    rm d/*
    mkdir d/x-luma-q20.png
    keep -d d -q 10,20,30 x.pgm y.png
    [[ "$status" -ne 0 ]]
    refused '1|64' 'x-luma-q20\.png'
    find d -mindepth 1 > left
    ! grep -vE '^d/[xy]-luma-q[123]0\.png$' left || fail "$(< left)"
    rm -r d/*
    # A JPEG file that there cannot be: AC coefficients beyond 1023 with steps of 1.
    keep -d d -q 75,100 --dct exact --output-format jpg "$samples/noise-binary.pgm" x.pgm
    find d -mindepth 1 > left
    ! grep -vE '^d/(x|noise-binary)-luma-q(75|100)\.jpg$' left || fail "$(< left)"
    [[ "$status" -eq 0 ]] || refused 1 'noise-binary'
    [[ -s d/x-luma-q75.jpg && -s d/x-luma-q100.jpg ]]
}

@test "a folder that is not to be written in" {
    as_ordinary_user
    mkdir d
    cp "$samples/noise.pgm" x.pgm
    chmod a-w d
    refuses 1 'd\b' -- -d d x.pgm
}

@test "the disk is full" {
    mkdir d
    # 512 bytes are enough for no file. A signal of the limit is as good as an error.
    cp "$samples/noise.pgm" "$samples/text.png" .
    status=0
    (ulimit -f 1 && trap '' XFSZ && jpegq -d d --output-format pgm -q 10,20 noise.pgm text.png) \
        2> "$BATS_TEST_TMPDIR/stderr" > "$BATS_TEST_TMPDIR/stdout" || status=$?
    [[ "$status" -eq 1 ]]
    [[ -z "$(ls -A d)" ]] || fail "$(ls -lA d)"
    ! grep -v '^jpegq: ' "$BATS_TEST_TMPDIR/stderr" || fail "other lines on standard error"
}

@test "interrupted at any moment: whole files and whole lines, and nothing else" {
    python << 'END'
import os
import random
import shutil
import signal
import time
from runs import *
names = []
for i in range(24):
    names.append(f"{i}.pgm")
    write(names[-1], pnm(image("scene", 120, 160, i)))
sweep = ["-s", "--format", "csv", "-q", "5-95:5", "-j", "2", *names]
os.mkdir("whole")
start = time.monotonic()
want = jpegq("-d", "whole", *sweep)
took = time.monotonic() - start
files = {name: open(f"whole/{name}", "rb").read() for name in os.listdir("whole")}
assert len(files) == 24 * 19
random.seed(int(time.time()))
interrupted = partial = 0
for turn in range(12):
    os.mkdir("d")
    out = open("out", "wb")
    process = subprocess.Popen(command("-d", "d", *sweep), stdout=out, stderr=subprocess.PIPE)
    time.sleep(took * random.uniform(0.02, 0.9))
    sent = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[turn % 3]
    process.send_signal(sent)
    start = time.monotonic()
    errors = process.communicate()[1]
    assert time.monotonic() - start < (60 if os.environ.get("JPEGQ_WRAPPER") else 2), "not at once"
    if process.returncode != 0:
        assert process.returncode in (-sent, 128 + sent, 1), process.returncode
        interrupted += 1
    left = os.listdir("d")
    for name in left:
        assert name in files, f"{name} was left after {sent}"
        assert open(f"d/{name}", "rb").read() == files[name], f"{name} is not whole"
    partial += 0 < len(left) < len(files)
    got = open("out", "rb").read()
    assert want.startswith(got) and got[-1:] in (b"", b"\n"), got[-100:]
    # What rows tell of is there; only between the last one and its file it may have ended.
    for row in statistics(got)[:-1]:
        assert f"{row['file'][:-4]}-luma-q{row['quality']}.png" in left, row
    shutil.rmtree("d")
assert interrupted >= 4 and partial >= 2, (interrupted, partial)
END
}

@test "interrupted while a single file is written: the old one stays" {
    python << 'END'
import os
import random
import signal
import time
from runs import *
write("in.pgm", pnm(image("scene", 700, 900)))
start = time.monotonic()
jpegq("in.pgm", "out.png")
took = time.monotonic() - start
whole = open("out.png", "rb").read()
for turn in range(10):
    write("out.png", b"old")
    process = subprocess.Popen(command("in.pgm", "out.png"), stderr=subprocess.PIPE)
    time.sleep(took * random.uniform(0.05, 1))
    process.send_signal((signal.SIGINT, signal.SIGTERM)[turn % 2])
    process.communicate()
    assert open("out.png", "rb").read() in (b"old", whole)
    assert sorted(name for name in os.listdir(".")) == ["in.pgm", "out.png"], os.listdir(".")
END
}

@test "standard output that is closed early: status 1, soon, and no partial file" {
    python << 'END'
import os
import time
from runs import *
names = []
for i in range(40):
    names.append(f"{i}.pgm")
    write(names[-1], pnm(image("scene", 120, 160, i)))
os.mkdir("d")
for options in (["-n"], ["-d", "d", "-s"]):
    sweep = [*options, "--format", "csv", "-q", "1-100", *names]
    process = subprocess.Popen(command(*sweep), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    line = process.stdout.readline()
    assert line.startswith(b"file,")
    process.stdout.close()
    start = time.monotonic()
    errors = process.stderr.read().decode()
    status = process.wait()
    assert status == 1, (status, errors)
    assert errors.startswith("jpegq: ") and errors.count("\n") == 1, errors
    if not os.environ.get("JPEGQ_WRAPPER"):
        assert time.monotonic() - start < 2, time.monotonic() - start
# What is there is whole, by the end of a PNG file, and named as it should be.
left = os.listdir("d")
assert len(left) < 4000, "it went on to the end"
for name in left:
    assert name.endswith(".png") and "-luma-q" in name, name
    data = open(f"d/{name}", "rb").read()
    assert data[:4] == b"\x89PNG" and data[-8:-4] == b"IEND", name
END
}
