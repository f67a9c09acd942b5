#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Where files are decoded, what that may cost, and inputs that claim too much or never end.

load common
: "${samples:?is set by common.bash}"

# The command with no more than so many KiB of memory.
limited() {
    (
        ulimit -v "$1"
        shift
        exec timeout 20 "$JPEGQ" "$@"
    )
}

# A run that must fail says one line, which the pattern matches.
says() {
    local pattern="$1" status=0
    shift
    "$@" > out 2> err || status=$?
    [ "$status" -eq 1 ] || fail "status $status" "$(cat err)"
    [ "$(wc -l < err)" -eq 1 ] || fail "more than a line:" "$(cat err)"
    grep -Eq -- "^jpegq: .*($pattern)" err || fail "not $pattern:" "$(cat err)"
}

wrapped() {
    [ -n "$JPEGQ_WRAPPER" ] || grep -aq __asan_init "$JPEGQ"
}

@test "the picture is the same in a cage and without one" {
    cjpeg -grayscale "$samples/noise.pgm" > noise.jpg
    for file in "$samples"/*.png noise.jpg; do
        jpegq -q 50 --sandbox off "$file" off.pgm
        jpegq -q 50 --sandbox auto "$file" auto.pgm
        JPEGQ_SANDBOX=off jpegq -q 50 --sandbox auto --output-format pgm - piped.pgm < "$file"
        same off.pgm auto.pgm
        same off.pgm piped.pgm
    done
}

@test "-V says how files are decoded, --sandbox require agrees" {
    [ -z "$JPEGQ_WRAPPER" ] || skip "the wrapper decodes in the main process"
    how="$(jpegq --sandbox auto -V | grep decoded)"
    [[ "$(jpegq --sandbox off -V)" == *"decoded in this process"* ]]
    if [[ "$how" == *"that seccomp confines"* ]]; then
        jpegq --sandbox require "$samples/text.png" > out
    else
        says 'sandbox require' jpegq --sandbox require "$samples/text.png"
    fi
}

@test "many threads decode in cages at once" {
    mkdir in
    for i in {1..16}; do cp "$samples/text.png" "in/$i.png"; done
    jpegq -n -q 20,80 -j 8 --format csv in/*.png > many.csv
    jpegq -n -q 20,80 -j 1 --sandbox off --format csv in/*.png > one.csv
    same many.csv one.csv
    [ "$(wc -l < many.csv)" -eq 33 ]
}

@test "no process stays" {
    [ -z "$JPEGQ_WRAPPER" ] || skip "processes of the wrapper"
    [ -d /proc/self ] || skip "no /proc"
    cp "$JPEGQ" here
    ./here -n "$samples/text.png" "$samples/scene.png" > out
    ./here -q 10 "$samples/text.png" /dev/full 2> err || true
    sleep 0.5
    for exe in /proc/[0-9]*/exe; do
        [ "$(readlink "$exe")" != "$PWD/here" ] || fail "still there: $exe"
    done
}

@test "a file that takes too long to decode is given up" {
    [ -z "$JPEGQ_WRAPPER" ] || skip "the wrapper decodes in the main process"
    # A progressive JPEG of 2048 x 2048 with thousands of scans that refine nothing: an end-of-band
    # run covers up to 32767 blocks, so a scan of 65536 blocks is a few codes, and a pass over all.
    python << 'END'
import struct
def segment(marker, data):
    return bytes((0xff, marker)) + struct.pack(">H", len(data) + 2) + data
side = 2048
file = b"\xff\xd8" + segment(0xdb, b"\0" + bytes([1] * 64))
file += segment(0xc2, struct.pack(">BHHB", 8, side, side, 1) + b"\x01\x11\0")
# one code of one bit in each table. DC: category 0. AC: 0xe0, a run of 2^14 blocks + 14 bits' value
file += segment(0xc4, b"\0" + bytes([1] + [0] * 15) + b"\0")
file += segment(0xc4, b"\x10" + bytes([1] + [0] * 15) + b"\xe0")
blocks = (side // 8) ** 2
file += segment(0xda, b"\x01\x01\0\0\0\0") + bytes(blocks // 8)
bits = ("0" + "1" * 14) * (blocks // 32767 + 1)
bits += "1" * (-len(bits) % 8)
data = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
scan = segment(0xda, b"\x01\x01\0\x01\x3f\0") + data
open("slow.jpg", "wb").write(file + scan * 20000 + b"\xff\xd9")
END
    SECONDS=0
    says 'slow\.jpg: decoding took more than 1 s \(--decode-timeout\)' \
        jpegq --sandbox auto --decode-timeout 1 -n slow.jpg
    [ "$SECONDS" -le 15 ]
}

@test "headers that claim too much are refused before there is memory for them" {
    ! wrapped || skip "what it runs in has memory of its own"
    python << 'END'
import struct, zlib
def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))
def png(width, height, rows):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(width + 1)) for _ in range(rows)) + packer.flush()
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) +
            chunk(b"IEND", b""))
open("large.png", "wb").write(png(65500, 65500, 1))
open("bomb.png", "wb").write(png(20000, 20000, 20000))
open("page.png", "wb").write(png(4000, 4000, 4000))
open("huge.pgm", "wb").write(b"P5\n1000000000 1000000000\n255\n" + bytes(100))
open("wide.pgm", "wb").write(b"P5\n4294967295 1\n255\n" + bytes(100))
open("large.npy", "wb").write(b"\x93NUMPY\x01\0\x46\0" +
    b"{'descr': '|u1', 'fortran_order': False, 'shape': (65500, 65500), }".ljust(69) + b"\n")
open("large.bmp", "wb").write(b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 65500,
    65500, 1, 24, 0, 0, 0, 0, 0, 0))
open("large.jpg", "wb").write(b"\xff\xd8\xff\xc0\0\x0b\x08" + struct.pack(">HH", 65500, 65500) +
    b"\x01\x01\x11\0" + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + bytes(100) + b"\xff\xd9")
END
    for file in large.png large.bmp large.jpg large.npy huge.pgm wide.pgm; do
        says 'over the limit|truncated|cannot be in' limited 300000 -n "$file"
        says 'over the limit|truncated|cannot be in' limited 300000 -n - < "$file"
        says 'over the limit|truncated|cannot be in' limited 300000 "$file" out.pgm
    done
    says 'decompression bomb' limited 300000 -n bomb.png
    jpegq -n --max-pixels 400000000 --metrics mse bomb.png > out
    jpegq -n page.png > out # an empty page of 16 megapixels is none
}

# What never ends is read in its beginning only.
@test "endless pipes" {
    ! wrapped || skip "what it runs in has memory of its own"
    endless() { cat "$@" /dev/zero; }
    printf 'P5\n40 30\n255\n' > head.pgm
    printf 'P5\n# never' > comment.pgm
    printf 'P2\n40 30\n255\n' > text.pgm
    printf '\x93NUMPY\x01\0\0\0' > short.npy
    printf '\x93NUMPY\x02\0\xff\xff\xff\x7f' > long.npy
    python << 'END'
open("head.jpg", "wb").write(b"\xff\xd8\xff\xe0\0\x04ab")
open("head.npy", "wb").write(b"\x93NUMPY\x01\0\x46\0" +
    b"{'descr': '|u1', 'fortran_order': False, 'shape': (30, 40), }".ljust(69) + b"\n")
END
    says 'not an image' limited 400000 -n - < /dev/zero
    says 'input too large' limited 400000 -n - < <(endless "$samples/text.png")
    says 'input too large' limited 400000 -n - < <(endless head.jpg)
    says 'bad .npy header' limited 300000 -n - < <(endless short.npy)
    says 'input too large' limited 300000 -n - < <(endless long.npy)
    says 'not a .npy' limited 300000 --from-coefficients - out.pgm < /dev/zero
    says 'coefficients are i2' limited 300000 --from-coefficients - out.pgm < <(endless head.npy)
    says 'input too large' limited 300000 -n - < <(endless comment.pgm)
    says 'input too large' limited 300000 -n - < <(endless text.pgm)
    says 'input too large' limited 300000 -n --files-from - < <(yes a.pgm)
    says 'input too large' limited 300000 -t - --print-table < <(yes 16)
    # these have all that they claim, of zeros
    limited 400000 -n - < <(endless head.pgm) > out
    limited 400000 -q 10 --output-format pgm - out.pgm < <(endless head.pgm)
    limited 400000 -n - < <(endless head.npy) > out
}

# What was given up is tried by a library that stands in for one function of libc.
@test "Landlock: no other file is read, none is made elsewhere, nothing is executed" {
    [ -z "$JPEGQ_WRAPPER" ] || skip "the wrapper opens files of its own"
    ! wrapped || skip "a sanitizer wants to be loaded first"
    [[ "$(jpegq --sandbox auto -V)" == *"given up (Landlock)"* ]] || skip "no Landlock here"
    mkdir out other
    echo secret > other/secret
    cat > spy.c << 'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
/* called for each input, when all that is to be given up has been */
int fstat(int fd, struct stat *status)
{
    static int done;
    if (!done++)
        dprintf(2, "read %d, make %d, remove %d, beside %d, execute %d\n",
                open("other/secret", O_RDONLY), open("other/new", O_WRONLY | O_CREAT, 0600),
                unlink("other/secret"), open("out/new", O_WRONLY | O_CREAT, 0600) >= 0,
                execl("/bin/true", "true", (char *)0));
    int (*real)(int, struct stat *) = (int (*)(int, struct stat *))dlsym(RTLD_NEXT, "fstat");
    return real(fd, status);
}
END
    cc -w -shared -fPIC -o spy.so spy.c -ldl
    LD_PRELOAD="$PWD/spy.so" "$JPEGQ" --sandbox auto -d out "$samples/text.png" 2> err
    [ "$(cat err)" = "read -1, make -1, remove -1, beside 1, execute -1" ] || fail "$(cat err)"
    [ "$(cat other/secret)" = secret ]
    jpegq --sandbox off "$samples/text.png" off.png
    same out/text-luma-q75.png off.png
}

@test "options" {
    for words in "--sandbox maybe" "--decode-timeout 0" "--decode-timeout 1.5" \
        "--decode-timeout x" "--decode-timeout 86401"; do
        status=0
        # shellcheck disable=SC2086 # several words
        jpegq $words -n "$samples/text.png" > out 2> err || status=$?
        [ "$status" -eq 64 ] && [ "$(wc -l < err)" -eq 1 ] && [ ! -s out ]
    done
    status=0
    JPEGQ_SANDBOX=maybe jpegq -n "$samples/text.png" 2> err || status=$?
    [ "$status" -eq 64 ]
    grep -q '^jpegq: JPEGQ_SANDBOX maybe: ' err
}
