# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What is installed, exported and printed by the build itself.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    : "${BUILD:=build}" "${CC:=cc}" "${PYTHON:=/usr/bin/python3}"
    root=$BATS_TEST_TMPDIR/root
}

@test "install puts everything in place and uninstall takes all of it away" {
    flock "$BUILD" make install BUILD="$BUILD" DESTDIR="$root" PREFIX=/opt/x >"$BATS_TEST_TMPDIR/log"
    (cd "$root" && find . ! -type d | sort) >"$BATS_TEST_TMPDIR/list"
    version=$("$root/opt/x/bin/jpegq" -V | sed -n 's/^jpegq //p')
    diff "$BATS_TEST_TMPDIR/list" - <<LIST
./opt/x/bin/jpegq
./opt/x/include/jpegq.h
./opt/x/lib/libjpegq.a
./opt/x/lib/libjpegq.so
./opt/x/lib/libjpegq.so.0
./opt/x/lib/libjpegq.so.$version
./opt/x/lib/pkgconfig/jpegq.pc
./opt/x/share/bash-completion/completions/jpegq
./opt/x/share/fish/vendor_completions.d/jpegq.fish
./opt/x/share/man/man1/jpegq.1
./opt/x/share/zsh/site-functions/_jpegq
LIST
    make uninstall BUILD="$BUILD" DESTDIR="$root" PREFIX=/opt/x >>"$BATS_TEST_TMPDIR/log"
    [ -z "$(find "$root" ! -type d)" ]
}

@test "a program is built and run over the installed library, shared and static" {
    flock "$BUILD" make install BUILD="$BUILD" DESTDIR= PREFIX="$root" >"$BATS_TEST_TMPDIR/log"
    cat >"$BATS_TEST_TMPDIR/user.c" <<'C'
#include <jpegq.h>
#include <string.h>
int main(void)
{
    uint8_t in[64], out[64];
    jpegq_plane a = {8, 8, 8, in}, b = {8, 8, 8, out};
    jpegq_codec codec = {JPEGQ_DCT_INT, jpegq_preset_named("luma")->table,
                         jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0)};
    memset(in, 128, 64);
    return jpegq_round_trip(&codec, &a, &b, NULL) || memcmp(in, out, 64) ||
           strcmp(jpegq_version(), JPEGQ_VERSION);
}
C
    export PKG_CONFIG_PATH=$root/lib/pkgconfig
    # shellcheck disable=SC2046 # flags are words
    $CC -o "$BATS_TEST_TMPDIR/shared" "$BATS_TEST_TMPDIR/user.c" $(pkg-config --cflags --libs jpegq)
    LD_LIBRARY_PATH=$root/lib "$BATS_TEST_TMPDIR/shared"
    # shellcheck disable=SC2046
    $CC -o "$BATS_TEST_TMPDIR/static" "$BATS_TEST_TMPDIR/user.c" $(pkg-config --cflags jpegq) \
        "$root/lib/libjpegq.a" -lm
    "$BATS_TEST_TMPDIR/static"
    [ "$(pkg-config --modversion jpegq)" = "$("$root/bin/jpegq" -V | sed -n 's/^jpegq //p')" ]
}

@test "only jpegq_ symbols are exported" {
    run ! sh -c "nm -D --defined-only '$BUILD/libjpegq.so' | grep -v ' jpegq_'"
    run ! sh -c "nm -g --defined-only '$BUILD/libjpegq.a' | grep ' [A-Z] ' | grep -v ' jpegq_'"
    [ "$(nm -D --defined-only "$BUILD/libjpegq.so" | grep -c ' jpegq_')" -gt 20 ]
}

@test "the public header compiles on its own, in C11 and with warnings" {
    echo '#include "jpegq.h"' >"$BATS_TEST_TMPDIR/one.c"
    $CC -std=c11 -pedantic -Wall -Wextra -Werror -Isrc -fsyntax-only "$BATS_TEST_TMPDIR/one.c"
}

@test "every header compiles on its own" {
    for header in src/*/*.h; do
        echo "#include \"$header\"" >"$BATS_TEST_TMPDIR/one.c"
        $CC -std=c11 -D_XOPEN_SOURCE=700 -Wall -Wextra -Werror -Isrc -I. -fsyntax-only \
            "$BATS_TEST_TMPDIR/one.c" || { echo "$header"; return 1; }
    done
}

@test "io and cli include nothing below the public header" {
    run ! grep -nE '#include "(\.\./)?(codec|entropy|metrics|learn)/' src/io/*.[ch] src/cli/*.[ch]
    run ! grep -nE '#include "(\.\./)?cli/' src/io/*.[ch]
    run ! grep -nE '#include "(\.\./)?(io|cli)/|<stdio.h>|stb' src/codec/*.[ch] src/entropy/*.[ch] \
        src/metrics/*.[ch] src/learn/*.[ch]
    run ! grep -nE '#include "(\.\./)?learn/' src/codec/*.[ch] src/entropy/*.[ch] src/metrics/*.[ch]
}

@test "the build says in one line how to get stb if it is missing" {
    mkdir "$BATS_TEST_TMPDIR/empty"
    run make CPPFLAGS="-nostdinc -isystem $BATS_TEST_TMPDIR/empty" BUILD="$BATS_TEST_TMPDIR/build" \
        jpegq
    [ "$status" -ne 0 ]
    [ "$(grep -c 'libstb-dev' <<<"$output")" -eq 1 ]
}

@test "without libdeflate the build still works and -V says so" {
    make BUILD="$BATS_TEST_TMPDIR/plain" LIBDEFLATE=0 "$BATS_TEST_TMPDIR/plain/jpegq" \
        >"$BATS_TEST_TMPDIR/log"
    "$BATS_TEST_TMPDIR/plain/jpegq" -V | grep -q 'stb_image_write'
    "$BATS_TEST_TMPDIR/plain/jpegq" -q 50 samples/text.png "$BATS_TEST_TMPDIR/a.png"
    "$BUILD/jpegq" -q 50 samples/text.png "$BATS_TEST_TMPDIR/b.png"
    cmp <(pngtopnm "$BATS_TEST_TMPDIR/a.png") <(pngtopnm "$BATS_TEST_TMPDIR/b.png")
    PYTHONDONTWRITEBYTECODE=1 "$PYTHON" tests/inject/inject.py "$BATS_TEST_TMPDIR/plain/jpegq" \
        "$BUILD/tests/inject/inject.so" --quick --only 'PNG to PNG'
}

@test "a compiler that deps installs is asked only then, also with -j" {
    bin=$BATS_TEST_TMPDIR/bin
    mkdir "$bin"
    printf '#!/bin/sh\nexit 1\n' >"$bin/dpkg-query"
    printf '#!/bin/sh\nexec "$@"\n' >"$bin/sudo"
    cat >"$bin/apt-get" <<END
#!/bin/sh
[ "\$1" = install ] || exit 0
sleep 0.5
printf '#!/bin/sh\nexec $CC "\$@"\n' >'$bin/late-cc'
chmod +x '$bin/late-cc'
END
    chmod +x "$bin"/*
    case $("$CC" -dumpmachine) in
        x86_64*) flag=-mavx2 object=kernels_avx2 ;;
        *) flag=-fstack-protector-strong object=kernels ;;
    esac
    PATH="$bin:$PATH" make -j2 V=1 CC="$bin/late-cc" BUILD="$BATS_TEST_TMPDIR/b" deps \
        "$BATS_TEST_TMPDIR/b/src/codec/$object.o" >"$BATS_TEST_TMPDIR/log"
    grep -q -- " $flag .*-c -o" "$BATS_TEST_TMPDIR/log"
}

@test "the version is one number everywhere" {
    version=$(sed -n 's/.*JPEGQ_VERSION "\(.*\)".*/\1/p' src/jpegq.h)
    [ "$("$BUILD/jpegq" --version | head -n 1)" = "jpegq $version" ]
    grep -q "^## $version" CHANGELOG.md
}

@test "help names every option of the manual, and the manual every option of help" {
    "$BUILD/jpegq" --help | grep -oE -- '--[a-z-]+' | sort -u >"$BATS_TEST_TMPDIR/help"
    sed -n 's/^\.It .*Fl -\([a-z-]*\).*/--\1/p' man/jpegq.1 | sort -u >"$BATS_TEST_TMPDIR/manual"
    diff "$BATS_TEST_TMPDIR/help" "$BATS_TEST_TMPDIR/manual"
}

@test "the program and the library are hardened" {
    readelf -hlW "$BUILD/jpegq" >"$BATS_TEST_TMPDIR/elf"
    grep -q 'Type: *DYN' "$BATS_TEST_TMPDIR/elf"
    grep -q 'INTERP' "$BATS_TEST_TMPDIR/elf"
    for file in "$BUILD/jpegq" "$BUILD/libjpegq.so"; do
        readelf -lW "$file" >"$BATS_TEST_TMPDIR/elf"
        grep -q 'GNU_RELRO' "$BATS_TEST_TMPDIR/elf"
        grep 'GNU_STACK' "$BATS_TEST_TMPDIR/elf" | grep -q ' RW '
        run ! grep -q ' RWE ' "$BATS_TEST_TMPDIR/elf"
        readelf -dW "$file" | grep -q 'BIND_NOW'
        readelf -sW "$file" >"$BATS_TEST_TMPDIR/symbols"
        grep -q '__stack_chk_fail' "$BATS_TEST_TMPDIR/symbols"
    done
    readelf -sW "$BUILD/jpegq" | grep -q '__[a-z]*printf_chk'
}

@test "flags of the user's come last, and HARDEN=0 leaves the rest out" {
    make -n V=1 BUILD="$BATS_TEST_TMPDIR/b" CFLAGS='-O2 -fno-stack-protector' \
        "$BATS_TEST_TMPDIR/b/src/io/path.o" | grep -q -- '-strong.*-D_FORTIFY_SOURCE=3.*-fno-stack-protector'
    for flags in 'CFLAGS=-O0' 'CFLAGS=-O2 -D_FORTIFY_SOURCE=2' 'CPPFLAGS=-D_FORTIFY_SOURCE=2'; do
        make -n V=1 BUILD="$BATS_TEST_TMPDIR/b" "$flags" "$BATS_TEST_TMPDIR/b/src/io/path.o" >"$BATS_TEST_TMPDIR/log"
        run ! grep -q 'FORTIFY_SOURCE=3' "$BATS_TEST_TMPDIR/log"
    done
    make -n V=1 BUILD="$BATS_TEST_TMPDIR/b" HARDEN=0 "$BATS_TEST_TMPDIR/b/jpegq" >"$BATS_TEST_TMPDIR/log"
    run ! grep -E -- '-pie|relro|stack-protector|FORTIFY' "$BATS_TEST_TMPDIR/log"
}
