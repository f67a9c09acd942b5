#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Output files: their formats, and that they appear whole or not at all.

load common
: "${samples:?is set by common.bash}"

@test "PGM, PNG, BMP and npy hold the same picture" {
    for file in noise pixel checker; do
        for form in pgm png bmp npy; do
            jpegq -q 30 "$samples/$file.pgm" "out.$form"
        done
        pgm_of out.png > png.pgm
        same out.pgm png.pgm
        python << 'END'
import numpy as np
from files import read_bmp, read_pgm
want = read_pgm("out.pgm")
array = np.load("out.npy")
assert array.dtype == np.uint8 and array.shape == want.shape and (array == want).all()
pixels = read_bmp("out.bmp")  # 24 bits a pixel
assert (pixels == want[:, :, None]).all()
END
    done
}

@test "PNG is 8-bit gray, and its checksums hold" {
    jpegq -q 30 "$samples/noise.pgm" out.png
    python << 'END'
import struct
import zlib
data = open("out.png", "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n"
position, kinds = 8, []
while position < len(data):
    length, kind = struct.unpack_from(">I4s", data, position)
    body = data[position + 4:position + 8 + length]
    assert zlib.crc32(body) == struct.unpack_from(">I", data, position + 8 + length)[0], kind
    kinds.append(kind)
    if kind == b"IHDR":
        assert struct.unpack(">IIBBBBB", body[4:]) == (67, 45, 8, 0, 0, 0, 0)
    position += 12 + length
assert kinds[0] == b"IHDR" and kinds[-1] == b"IEND" and b"IDAT" in kinds
END
}

@test "PNG: every kind of content, at several levels" {
    python << 'END'
import numpy as np
random = np.random.default_rng(5)
def write(name, a):
    a = np.asarray(a)
    with open(name, "wb") as file:
        file.write(b"P5 %d %d 255\n" % (a.shape[1], a.shape[0]) + a.astype(np.uint8).tobytes())
y, x = np.mgrid[0:1300, 0:1100]  # above what is tried as a whole
write("smooth.pgm", 128 + 60 * np.sin(x / 50) * np.cos(y / 70) + random.normal(0, 2, x.shape))
write("letters.pgm", 255 * np.tile(random.integers(0, 2, (26, 20)).repeat(5, 0).repeat(5, 1), (10, 11)))
write("half.pgm", np.where(y < 600, 255 * ((x // 9 + y // 9) % 2), random.integers(0, 256, x.shape)))
write("flat.pgm", np.full((1300, 1100), 77))
write("noise.pgm", random.integers(0, 256, (311, 257)))
write("row.pgm", random.integers(0, 256, (1, 5000)))
write("column.pgm", random.integers(0, 256, (5000, 1)))
write("ramp.pgm", np.arange(256).reshape(1, 256).repeat(40, 0))
END
    for file in smooth letters half flat noise row column ramp; do
        jpegq -q 60 "$file.pgm" want.pgm
        for level in 1 6 9; do
            jpegq -q 60 --png-level "$level" "$file.pgm" out.png
            pgm_of out.png > got.pgm
            same got.pgm want.pgm
        done
    done
    # a search for repetitions pays where there are some
    jpegq -q 100 letters.pgm letters.png
    [ "$(stat -c %s letters.png)" -lt 60000 ]
}

@test "--png-level: 1 to 12" {
    jpegq -q 50 --png-level 12 "$samples/noise.pgm" out.png
    for level in 0 13 -1 x ''; do
        run --separate-stderr jpegq -q 50 --png-level "$level" "$samples/noise.pgm" bad.png
        [ "$status" -eq 64 ]
        # shellcheck disable=SC2154 # stderr is set by run
        [[ $stderr == *png-level*"1 to 12"* ]]
        [ ! -e bad.png ]
    done
}

@test "what is written can be read again" {
    for form in pgm png bmp npy; do
        jpegq -q 30 "$samples/noise.pgm" "out.$form"
        jpegq --dct exact --round none "out.$form" "again.pgm"
        same out.pgm again.pgm || fail "$form"
    done
}

@test "--output-format overrides the name, and serves where there is none" {
    for form in pgm png bmp npy; do
        jpegq -q 30 "$samples/noise.pgm" "out.$form"
        jpegq -q 30 --output-format "$form" "$samples/noise.pgm" noname
        same "out.$form" noname
        jpegq -q 30 --output-format "$form" "$samples/noise.pgm" other.png
        same "out.$form" other.png
        jpegq -q 30 --output-format "$form" "$samples/noise.pgm" - > stdout
        same "out.$form" stdout
        jpegq -q 30 --output-format "$form" "$samples/noise.pgm" - | cat > piped
        same "out.$form" piped
    done
}

@test "an existing output is replaced, and nothing else is left" {
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    head -c 100000 /dev/urandom > out.pgm
    jpegq -q 30 "$samples/noise.pgm" out.pgm
    same want.pgm out.pgm
    printf 'old' > c.npy
    jpegq -q 30 --dump c.npy "$samples/noise.pgm" out.pgm
    same want.pgm out.pgm
    [[ "$(find . -mindepth 1 -printf '%f\n' | sort | tr '\n' ' ')" == 'c.npy out.pgm want.pgm ' ]]
}

@test "replacing is by a rename: another hard link keeps the old contents" {
    printf 'old' > old.pgm
    ln old.pgm out.pgm
    jpegq -q 30 "$samples/noise.pgm" out.pgm
    [[ "$(< old.pgm)" == old ]]
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    same want.pgm out.pgm
}

@test "a new file has the permissions of the umask" {
    for mask in 022 027 077 002; do
        (
            umask "$mask"
            jpegq --dump "c-$mask.npy" "$samples/noise.pgm" "out-$mask.pgm"
            : > "plain-$mask"
        )
        want="$(stat -c %a "plain-$mask")"
        [[ "$(stat -c %a "out-$mask.pgm")" == "$want" ]] ||
            fail "umask $mask: $(stat -c %a "out-$mask.pgm"), not $want"
        [[ "$(stat -c %a "c-$mask.npy")" == "$want" ]]
    done
}

@test "a symbolic link is followed: to a file, to a link, across folders" {
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    mkdir far
    printf 'old' > far/target.pgm
    ln -s far/target.pgm link.pgm
    ln -s link.pgm second.pgm
    jpegq -q 30 "$samples/noise.pgm" second.pgm
    [[ -L second.pgm && -L link.pgm && ! -L far/target.pgm ]]
    same want.pgm far/target.pgm
    ln -s "$PWD/far" folder
    jpegq -q 30 "$samples/noise.pgm" folder/third.pgm
    same want.pgm far/third.pgm
    [[ -L folder ]]
    [[ "$(find far -type f | sort | tr '\n' ' ')" == 'far/target.pgm far/third.pgm ' ]]
}

@test "a symbolic link to a file that is not there yet: followed or refused, never replaced" {
    mkdir far
    ln -s far/new.pgm dangling.pgm
    before="$(snapshot)"
    keep -q 30 "$samples/noise.pgm" dangling.pgm
    if [[ "$status" -eq 0 ]]; then
        [[ -L dangling.pgm && -f far/new.pgm ]]
        jpegq -q 30 "$samples/noise.pgm" want.pgm
        same want.pgm far/new.pgm
    else
        refused 1 'dangling\.pgm'
        unchanged "$before"
    fi
}

@test "links that lead nowhere are refused" {
    ln -s loop.pgm loop.pgm
    refuses 1 'loop\.pgm' -- "$samples/noise.pgm" loop.pgm
    ln -s missing/out.pgm lost.pgm
    refuses 1 'lost\.pgm|missing/out\.pgm' -- "$samples/noise.pgm" lost.pgm
}

@test "a FIFO is written to directly" {
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    mkfifo pipe.pgm
    cat pipe.pgm > got.pgm &
    reader=$!
    timeout 20 bash -c "$(declare -f jpegq); jpegq -q 30 \"\$1\" pipe.pgm" - "$samples/noise.pgm"
    wait "$reader"
    same want.pgm got.pgm
    [[ -p pipe.pgm ]]
    cat pipe.pgm > got.npy &
    reader=$!
    timeout 20 bash -c "$(declare -f jpegq); jpegq --dump-format npy --dump pipe.pgm \"\$1\"" - \
        "$samples/noise.pgm"
    wait "$reader"
    jpegq --dump want.npy "$samples/noise.pgm"
    same want.npy got.npy
    [[ -p pipe.pgm ]]
}

@test "pipes by name: /dev/stdout and process substitution" {
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    jpegq -q 30 --output-format pgm "$samples/noise.pgm" /dev/stdout | cat > got.pgm
    same want.pgm got.pgm
    mkfifo finished
    jpegq -q 30 --output-format pgm "$samples/noise.pgm" >(cat > got2.pgm; echo > finished)
    read -r _ < finished
    same want.pgm got2.pgm
}

@test "a device is written to and stays a device" {
    null="$BATS_TEST_TMPDIR/null"
    if [[ "$(id -u)" -eq 0 ]]; then
        # A node of our own, so that a faulty program does not replace the system's.
        mknod "$null" c 1 3 && { true > "$null"; } 2> /dev/null ||
            skip "this system does not let root make a device node"
    else
        null=/dev/null # not ours to replace
    fi
    jpegq --output-format png "$samples/noise.pgm" "$null"
    jpegq --dump-format npy --dump "$null" "$samples/noise.pgm"
    [[ -c "$null" ]]
}

@test "--no-clobber: files that exist are refused, new ones are made" {
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    jpegq -q 30 --no-clobber "$samples/noise.pgm" new.pgm
    same want.pgm new.pgm
    jpegq -q 30 --no-clobber --dump new.npy "$samples/noise.pgm"
    printf 'old' > old.pgm
    printf 'old' > old.npy
    refuses 1 'old\.pgm' 'exist' -- --no-clobber "$samples/noise.pgm" old.pgm
    refuses 1 'old\.npy' 'exist' -- --no-clobber --dump old.npy "$samples/noise.pgm"
    # Refused before the other output is made.
    refuses 1 'old\.npy' 'exist' -- --no-clobber --dump old.npy "$samples/noise.pgm" other.pgm
    refuses 1 'old\.pgm' 'exist' -- --no-clobber --dump other.npy "$samples/noise.pgm" old.pgm
    ln -s old.pgm link.pgm
    refuses 1 'link\.pgm|old\.pgm' 'exist' -- --no-clobber "$samples/noise.pgm" link.pgm
    jpegq -q 30 --no-clobber --output-format pgm "$samples/noise.pgm" - > got.pgm
    same want.pgm got.pgm
}

@test "an output that is the input is refused before any work" {
    cp "$samples/noise.pgm" in.pgm
    ln -s in.pgm link.pgm
    ln in.pgm hard.pgm
    mkdir folder
    ln -s ../in.pgm folder/link.pgm
    for output in in.pgm ./in.pgm "$PWD/in.pgm" folder/../in.pgm link.pgm hard.pgm folder/link.pgm; do
        refuses '1|64' 'in\.pgm|link\.pgm|hard\.pgm' -- in.pgm "$output"
        refuses '1|64' 'in\.pgm|link\.pgm|hard\.pgm' -- --dump-format npy --dump "$output" in.pgm
        refuses '1|64' 'in\.pgm|link\.pgm|hard\.pgm' -- "$output" in.pgm
    done
    jpegq --dump c.npy in.pgm
    refuses '1|64' 'c\.npy' -- --from-coefficients c.npy c.npy
    refuses '1|64' 'c\.npy' -- --from-coefficients c.npy ./c.npy
    # shellcheck disable=SC2094 # what is to be refused
    refuses '1|64' 'in\.pgm' -- - in.pgm < in.pgm
    jpegq --print-table > t.csv
    refuses '1|64' 't\.csv' -- -t t.csv --dump t.csv in.pgm
}

@test "two outputs that are one file are refused before any work" {
    mkdir folder
    ln -s folder other
    printf 'old' > old.npy
    ln -s old.npy link.npy
    ln old.npy hard.npy
    refuses '1|64' 'new\.npy' -- --dump new.npy "$samples/noise.pgm" new.npy
    refuses '1|64' 'new\.npy' -- --dump ./new.npy "$samples/noise.pgm" new.npy
    refuses '1|64' 'new\.npy' -- --dump "$PWD/new.npy" "$samples/noise.pgm" new.npy
    refuses '1|64' 'new\.npy' -- --dump folder/new.npy "$samples/noise.pgm" other/new.npy
    refuses '1|64' 'old\.npy' -- --dump old.npy "$samples/noise.pgm" old.npy
    refuses '1|64' '(old|link)\.npy' -- --dump link.npy "$samples/noise.pgm" old.npy
    refuses '1|64' '(old|hard)\.npy' -- --dump hard.npy "$samples/noise.pgm" old.npy
    ln -s fresh.npy dangling.npy
    refuses '1|64' '(fresh|dangling)\.npy' -- --dump dangling.npy "$samples/noise.pgm" fresh.npy
}

@test "two things on standard output at once are refused" {
    refuses 64 'standard output' -- --output-format pgm --dump - "$samples/noise.pgm" -
    refuses 64 'standard output' -- --output-format pgm -s "$samples/noise.pgm" -
    refuses 64 'standard output' -- --output-format pgm --print-table "$samples/noise.pgm" -
    refuses 64 'standard output' -- --output-format pgm --block 0,0 "$samples/noise.pgm" -
    refuses 64 'standard output' -- -s --dump - "$samples/noise.pgm"
    refuses 64 'standard output' -- --print-table --dump - "$samples/noise.pgm"
    refuses 64 'standard output' -- --block 0,0 --dump - "$samples/noise.pgm"
}

@test "a full device: as output, as dump, as standard output" {
    full="$(full_device)"
    refuses 1 "$full" -- --output-format pgm "$samples/noise.pgm" "$full"
    refuses 1 "$full" -- --output-format png "$samples/noise.pgm" "$full"
    refuses 1 "$full" -- --output-format bmp "$samples/noise.pgm" "$full"
    refuses 1 "$full" -- --output-format npy "$samples/noise.pgm" "$full"
    refuses 1 "$full" -- --output-format png "$samples/pixel.pgm" "$full"
    for form in npy csv txt; do
        refuses 1 "$full" -- --dump-format "$form" --dump "$full" "$samples/noise.pgm"
        refuses 1 "$full" -- --dump-format "$form" --dump "$full" "$samples/pixel.pgm"
    done
    [[ -c "$full" ]]
    before="$(snapshot)"
    to_full() {
        status=0
        jpegq "$@" > "$full" 2> "$BATS_TEST_TMPDIR/stderr" || status=$?
        refused 1 'standard output' || fail "arguments: $*"
        unchanged "$before" || fail "arguments: $*"
    }
    to_full "$samples/noise.pgm"
    for form in text csv tsv jsonl; do
        to_full --format "$form" "$samples/noise.pgm"
    done
    for form in npy csv txt; do
        to_full --dump - --dump-format "$form" "$samples/noise.pgm"
    done
    for form in pgm png bmp npy; do
        to_full --output-format "$form" "$samples/noise.pgm" -
    done
    to_full --print-table
    to_full --block 0,0 "$samples/noise.pgm"
    to_full --help
    to_full --version
}

@test "a closed pipe: one line and status 1, not a signal" {
    cat > closed.py << 'END'
import os
import subprocess
import sys
from command import command
for restore in (True, False):  # SIGPIPE's default, and ignored
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command(*sys.argv[1:]), stdout=writer, stderr=subprocess.PIPE,
                          restore_signals=restore)
    os.close(writer)
    text = done.stderr.decode()
    assert done.returncode == 1, (sys.argv, restore, done)
    assert text.startswith("jpegq: ") and text.count("\n") == 1 and text.endswith("\n"), done
    assert "standard output" in text, done
END
    "$PYTHON" closed.py "$samples/noise.pgm"
    "$PYTHON" closed.py --output-format pgm "$samples/scene.png" -
    "$PYTHON" closed.py --output-format png "$samples/scene.png" -
    "$PYTHON" closed.py --dump - "$samples/scene.png"
    "$PYTHON" closed.py --print-table
    "$PYTHON" closed.py --block 0,0 "$samples/noise.pgm"
    "$PYTHON" closed.py -h
}

@test "a FIFO whose reader goes away" {
    mkfifo pipe.pgm
    # 509 x 381 is more than a pipe holds (64 KiB): the write fails once the reader is gone.
    head -c 10 pipe.pgm > /dev/null &
    reader=$!
    refuses 1 'pipe\.pgm' -- "$samples/scene.png" pipe.pgm
    wait "$reader"
    [[ -p pipe.pgm ]]
}

@test "a failing output leaves no other output behind" {
    full="$(full_device)"
    refuses 1 "$full" -- --dump c.npy --output-format pgm "$samples/noise.pgm" "$full"
    refuses 1 "$full" -- --dump "$full" --dump-format npy "$samples/noise.pgm" out.pgm
    printf 'old' > c.npy
    printf 'old' > out.pgm
    refuses 1 "$full" -- --dump c.npy --output-format pgm "$samples/noise.pgm" "$full"
    refuses 1 "$full" -- --dump "$full" --dump-format npy "$samples/noise.pgm" out.pgm
    refuses 1 'missing/out\.pgm' -- --dump c.npy "$samples/noise.pgm" missing/out.pgm
    # Statistics that cannot be printed: nor is the picture replaced.
    before="$(snapshot)"
    status=0
    jpegq -s --dump c.npy "$samples/noise.pgm" out.pgm > "$full" \
        2> "$BATS_TEST_TMPDIR/stderr" || status=$?
    refused 1 'standard output'
    unchanged "$before"
}

@test "standard streams that are closed: never taken for the output" {
    [[ -z "$JPEGQ_WRAPPER" ]] || skip 'valgrind takes what is closed for its own file'
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    jpegq -q 30 "$samples/noise.pgm" got.pgm <&- >&-
    same want.pgm got.pgm
    jpegq -q 30 "$samples/noise.pgm" got.pgm <&- >&- 2>&-
    same want.pgm got.pgm
    jpegq -v -q 30 "$samples/noise.pgm" got.pgm 2>&- || :
    same want.pgm got.pgm
    rm got.pgm
    before="$(snapshot)"
    for options in '-s' '--print-table' '--block 0,0'; do
        read -ra words <<< "$options"
        status=0
        jpegq -q 30 "${words[@]}" "$samples/noise.pgm" got.pgm \
            >&- 2> "$BATS_TEST_TMPDIR/stderr" || status=$?
        refused 1 'standard output' || fail "$options"
        unchanged "$before"
        status=0
        jpegq -q 30 "${words[@]}" --dump got.npy "$samples/noise.pgm" \
            <&- >&- 2> "$BATS_TEST_TMPDIR/stderr" || status=$?
        refused 1 'standard output' || fail "$options"
        unchanged "$before"
    done
    status=0
    jpegq -q 30 - lost.pgm <&- 2> "$BATS_TEST_TMPDIR/stderr" || status=$?
    refused 1 'standard input'
    unchanged "$before"
}

@test "a file system that fills up: the old file stays, nothing is left" {
    printf 'old' > out.pgm
    printf 'old' > out.png
    printf 'old' > out.bmp
    printf 'old' > out.npy
    before="$(snapshot)"
    # A limit on the size of files stands for a full disk: writes beyond 1 KiB fail.
    limited() {
        status=0
        (
            trap '' XFSZ
            ulimit -f 1
            jpegq "$@" > "$BATS_TEST_TMPDIR/stdout" 2> "$BATS_TEST_TMPDIR/stderr"
        ) || status=$?
    }
    for form in pgm png bmp npy; do
        limited "$samples/noise.pgm" "out.$form"
        refused 1 "out\.$form"
        unchanged "$before"
    done
    for form in npy csv txt; do
        limited --dump "c.$form" "$samples/noise.pgm"
        refused 1 "c\.$form"
        unchanged "$before"
    done
    # Standard output is a file as well.
    limited --output-format pgm "$samples/noise.pgm" -
    refused 1 'standard output'
    limited --dump - "$samples/noise.pgm"
    refused 1 'standard output'
}

@test "an interrupted run leaves the old file" {
    printf 'old' > out.pgm
    mkfifo slow
    before="$(snapshot)"
    # exec: the process that is killed is the program
    # shellcheck disable=SC2086 # JPEGQ_WRAPPER is several words
    (exec $JPEGQ_WRAPPER "$JPEGQ" slow out.pgm 2> /dev/null) &
    job=$!
    exec 9> slow
    head -c 1000 "$samples/noise.pgm" >&9
    sleep 0.1
    kill -TERM "$job"
    exec 9>&-
    status=0
    wait "$job" || status=$?
    [[ "$status" -ne 0 ]]
    unchanged "$before"
}

@test "an unwritable folder" {
    as_ordinary_user
    mkdir locked
    printf 'old' > locked/out.pgm
    chmod 555 locked
    refuses 1 'locked/out\.pgm' 'permission' -- "$samples/noise.pgm" locked/out.pgm
    refuses 1 'locked/new\.pgm' 'permission' -- "$samples/noise.pgm" locked/new.pgm
    refuses 1 'locked/c\.npy' 'permission' -- --dump locked/c.npy "$samples/noise.pgm"
    chmod 755 locked
}

@test "an output in a missing folder, or that is a folder, or in a file" {
    mkdir folder.pgm
    : > file
    refuses 1 'missing/out\.pgm' 'no such' -- "$samples/noise.pgm" missing/out.pgm
    refuses 1 'missing/c\.npy' 'no such' -- --dump missing/c.npy "$samples/noise.pgm"
    refuses 1 'missing/c\.npy' 'no such' -- --dump missing/c.npy "$samples/noise.pgm" out.pgm
    refuses 1 'folder\.pgm' 'director' -- "$samples/noise.pgm" folder.pgm
    refuses 1 'folder\.pgm' 'director' -- --dump-format npy --dump folder.pgm "$samples/noise.pgm"
    refuses 1 'file/out\.pgm' 'not a directory' -- "$samples/noise.pgm" file/out.pgm
    long="$(printf '%0300d' 0).pgm"
    refuses 1 'too long' -- "$samples/noise.pgm" "$long"
}

@test "a name as long as the file system takes" {
    # 255 bytes: a temporary name made by adding to it would not fit.
    long="$(printf '%0251d' 0).pgm"
    jpegq -q 30 "$samples/noise.pgm" "$long"
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    same want.pgm "$long"
}

@test "many runs to one output at once: whole whenever it is looked at" {
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    jobs=()
    for _ in 1 2 3 4 5 6 7 8; do
        jpegq -q 30 "$samples/noise.pgm" out.pgm &
        jobs+=($!)
    done
    for job in "${jobs[@]}"; do
        wait "$job"
    done
    same want.pgm out.pgm
    [[ "$(find . -mindepth 1 | wc -l)" -eq 2 ]]
}
