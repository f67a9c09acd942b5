# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# Helpers of the command-line tests. A test works in a directory of its own, which is the current
# directory while it runs.
#
#   JPEGQ          the program under test; relative to the root of the repository (./jpegq)
#   JPEGQ_WRAPPER  words to put before it: "valgrind -q --error-exitcode=99 --log-file=FILE"
#   PYTHON         a Python 3 with NumPy (/usr/bin/python3)

bats_require_minimum_version 1.5.0

root="$(cd "$BATS_TEST_DIRNAME/../.." && pwd)"
samples="$root/samples"

JPEGQ="${JPEGQ:-./jpegq}"
[[ "$JPEGQ" == /* ]] || JPEGQ="$root/$JPEGQ"
PYTHON="${PYTHON:-/usr/bin/python3}"
JPEGQ_WRAPPER="${JPEGQ_WRAPPER:-}"
export JPEGQ JPEGQ_WRAPPER PYTHON
export PYTHONPATH="$root/tests/model" PYTHONDONTWRITEBYTECODE=1
export LC_ALL=C.UTF-8

# A file of tests that lacks a tool fails; it must never look as if it had passed.
setup_file() {
    local tool missing=()
    for tool in cjpeg djpeg pngtopnm mkfifo timeout; do
        command -v "$tool" > /dev/null || missing+=("$tool")
    done
    "$PYTHON" -c 'import numpy' 2> /dev/null || missing+=("numpy for $PYTHON")
    [[ -x "$JPEGQ" ]] || missing+=("$JPEGQ")
    [[ -r "$samples/scene.png" ]] || missing+=("$samples/scene.png")
    if ((${#missing[@]})); then
        printf 'these tests cannot run without: %s\n' "${missing[*]}" >&2
        return 1
    fi
}

setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
}

# Run the program.
jpegq() {
    # shellcheck disable=SC2086 # JPEGQ_WRAPPER is several words
    $JPEGQ_WRAPPER "$JPEGQ" "$@"
}

# Run Python with the models of tests/model; the script comes on standard input.
python() {
    "$PYTHON" - "$@"
}

# The pixels of a PNG sample as PGM.
pgm_of() {
    pngtopnm -quiet "$1"
}

# What libjpeg makes of a PGM or PPM file: reference FILE DCT [options of cjpeg] > PGM
reference() {
    local file="$1" dct="$2"
    shift 2
    cjpeg -grayscale -dct "$dct" "$@" "$file" | djpeg -dct "$dct"
}

fail() {
    printf '%s\n' "$@" >&2
    return 1
}

same() {
    cmp -- "$1" "$2" || fail "$1 and $2 differ"
}

# Everything in the directory of the test; a file that was written to has another time or inode.
snapshot() {
    find . \( -type f -printf '%p %y %m %i %s %T@\n' \) -o -printf '%p %y %m %l\n' | LC_ALL=C sort
}

# Run the program and keep exit status, standard output and standard error, the latter two outside
# of the directory of the test: keep ARGUMENT...
keep() {
    status=0
    jpegq "$@" > "$BATS_TEST_TMPDIR/stdout" 2> "$BATS_TEST_TMPDIR/stderr" || status=$?
}

# Check what was kept: one line on standard error that begins with "jpegq: " and contains every
# PATTERN (extended regular expressions, any case), and one of the statuses:
# refused STATUS[|STATUS] PATTERN...
refused() {
    local LC_ALL=C expected="$1" pattern errors=
    shift
    IFS= read -r -d '' errors < "$BATS_TEST_TMPDIR/stderr" || :
    if [[ "|$expected|" != *"|$status|"* ]]; then
        fail "exit status $status, expected $expected; standard error:" "$errors"
        return 1
    fi
    if [[ "$errors" != *$'\n' || "${errors%$'\n'}" == *$'\n'* ]]; then
        fail "standard error is not one line:" "$errors"
        return 1
    fi
    if [[ "$errors" != 'jpegq: '* ]]; then
        fail "standard error does not begin with 'jpegq: ':" "$errors"
        return 1
    fi
    for pattern in "$@"; do
        if ! [[ "${errors,,}" =~ ${pattern,,} ]]; then
            fail "standard error does not match '$pattern':" "$errors"
            return 1
        fi
    done
}

# The program must refuse, with nothing on standard output, and leave the directory as it was:
# refuses STATUS[|STATUS] PATTERN... -- ARGUMENT...
refuses() {
    local expected="$1" patterns=() before
    shift
    while [[ "$1" != -- ]]; do
        patterns+=("$1")
        shift
    done
    shift
    before="$(snapshot)"
    keep "$@"
    if ! refused "$expected" "${patterns[@]}"; then
        fail "arguments: $*"
        return 1
    fi
    if [[ -s "$BATS_TEST_TMPDIR/stdout" ]]; then
        fail "something on standard output; arguments: $*"
        return 1
    fi
    unchanged "$before" || fail "arguments: $*"
}

# The directory of the test is as it was when `snapshot` printed $1.
unchanged() {
    local after
    after="$(snapshot)"
    [[ "$1" == "$after" ]] || fail "files were changed or left behind:" \
        "$(diff <(printf '%s\n' "$1") <(printf '%s\n' "$after"))"
}

# A character device that is always full, without the danger that a faulty program run as root
# replaces the system's: prints its name.
full_device() {
    if [[ "$(id -u)" -eq 0 ]]; then
        mknod "$BATS_TEST_TMPDIR/full" c 1 7 2> /dev/null || :
        if { true > "$BATS_TEST_TMPDIR/full"; } 2> /dev/null; then
            printf '%s\n' "$BATS_TEST_TMPDIR/full"
            return
        fi
    fi
    printf '/dev/full\n'
}

as_ordinary_user() {
    [[ "$(id -u)" -ne 0 ]] || skip "root may do everything: permissions need an ordinary user"
}

# A picture with a block on which the fast DCT overflows at quality 100, far down: of 0 and 255, the one
# that the model makes the largest AC coefficient of. overflowing_pgm FILE
overflowing_pgm() {
    python "$1" << 'END'
import sys
import numpy as np
from files import write_pnm
from lossy import *
from published import PUBLISHED
d = fast_divisors(ijg_scale(PUBLISHED["luma"], 100))
blocks = [np.where(sign * np.outer(BASIS[v], BASIS[u]) > 0, 255, 0)
          for v in range(8) for u in range(8) for sign in (1, -1)]
largest = [np.abs(fast_forward(b) / d).reshape(64)[1:].max() for b in blocks]
assert max(largest) > 1024
samples = np.full((1203, 645), 100)
samples[1104:1112, 320:328] = blocks[int(np.argmax(largest))]
write_pnm(sys.argv[1], samples)
END
}
