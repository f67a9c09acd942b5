#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What happens to the file that is there: owner, group, permissions, links, folders, descriptors.

load common
: "${samples:?is set by common.bash}"

# Run the rest of a test as somebody who is not root, in a folder that everybody may write to.
as_nobody() {
    if [[ "$(id -u)" -eq 0 ]]; then
        chmod a+rx "$BATS_TEST_TMPDIR" && chmod 777 .
        setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
    else
        "$@"
    fi
}

mode_of() {
    stat -c %a "$1"
}

# A program and samples that everybody can read, wherever the repository is.
bring() {
    cp "$samples/noise.pgm" in.pgm
    cp "$JPEGQ" "$BATS_TEST_TMPDIR/jpegq"
    chmod a+rx "$BATS_TEST_TMPDIR/jpegq"
    chmod a+r in.pgm
    local folder="$BATS_TEST_TMPDIR"
    while [[ "$folder" != / && "$folder" != /tmp && -O "$folder" ]]; do
        [[ "$(mode_of "$folder")" == *[1357] ]] || chmod a+x "$folder"
        folder="${folder%/*}"
        folder="${folder:-/}"
    done
}

@test "a file that replaces another has its permissions, whatever the umask" {
    for mode in 600 640 644 664 666 755 700; do
        for mask in 022 077 000; do
            printf 'old' > out.pgm
            chmod "$mode" out.pgm
            (umask "$mask" && jpegq "$samples/noise.pgm" out.pgm)
            [[ "$(mode_of out.pgm)" == "$mode" ]] || fail "$mode became $(mode_of out.pgm)"
        done
    done
}

@test "what runs a file as somebody else is not kept" {
    for mode in 4755 2755 6755 1644; do
        printf 'old' > out.pgm
        chmod "$mode" out.pgm
        jpegq "$samples/noise.pgm" out.pgm
        [[ "$(mode_of out.pgm)" == "${mode#?}" ]] || fail "$mode became $(mode_of out.pgm)"
    done
}

@test "a private file is private all the time" {
    printf 'old' > out.pgm
    chmod 600 out.pgm
    mkfifo slow
    # shellcheck disable=SC2086 # JPEGQ_WRAPPER is several words
    (umask 000 && exec $JPEGQ_WRAPPER "$JPEGQ" slow out.pgm) &
    job=$!
    exec 9> slow
    printf 'P5\n8 8\n255\n' >&9 # the output is opened when this is read
    for _ in {1..100}; do
        temporary="$(find . -name '.jpegq-*')"
        [[ -z "$temporary" ]] || break
        sleep 0.05
    done
    [[ -n "$temporary" ]]
    [[ "$(mode_of "$temporary")" == 600 ]] || fail "$(ls -l "$temporary")"
    head -c 64 /dev/zero >&9
    exec 9>&-
    wait "$job"
    [[ "$(mode_of out.pgm)" == 600 ]]
}

@test "root keeps owner and group; others keep the group that they are in" {
    [[ "$(id -u)" -eq 0 ]] || skip "only root can give files away"
    printf 'old' > out.pgm
    chown 1234:5678 out.pgm
    chmod 640 out.pgm
    jpegq "$samples/noise.pgm" out.pgm
    [[ "$(stat -c '%u:%g %a' out.pgm)" == '1234:5678 640' ]] || fail "$(stat -c '%u:%g %a' out.pgm)"
    # Somebody of the group of the file: it keeps the group, and is theirs.
    bring
    printf 'old' > out.pgm
    chown 1234:5678 out.pgm
    chmod 664 out.pgm
    chmod 777 .
    setpriv --reuid=65534 --regid=65534 --groups=5678 -- "$BATS_TEST_TMPDIR/jpegq" in.pgm out.pgm
    [[ "$(stat -c '%u:%g %a' out.pgm)" == '65534:5678 664' ]] || fail "$(stat -c '%u:%g %a' out.pgm)"
    # Somebody who is not: the new group may do no more than everybody.
    printf 'old' > out.pgm
    chown 1234:5678 out.pgm
    chmod 676 out.pgm
    setpriv --reuid=65534 --regid=65534 --clear-groups -- "$BATS_TEST_TMPDIR/jpegq" in.pgm out.pgm
    [[ "$(stat -c '%u:%g %a' out.pgm)" == '65534:65534 666' ]] ||
        fail "$(stat -c '%u:%g %a' out.pgm)"
}

@test "what may not be written to is not replaced, and in a locked folder nothing is" {
    bring
    mkdir locked
    printf 'old' > locked/out.pgm
    printf 'old' > readonly.pgm
    chmod a+w locked/out.pgm
    chmod a-w locked readonly.pgm
    [[ -z "$JPEGQ_WRAPPER" ]] || skip "the wrapper may not be there for everybody"
    for output in readonly.pgm locked/out.pgm locked/new.pgm; do
        status=0
        as_nobody "$BATS_TEST_TMPDIR/jpegq" in.pgm "$output" > "$BATS_TEST_TMPDIR/stdout" \
            2> "$BATS_TEST_TMPDIR/stderr" || status=$?
        refused 1 "$output" 'permission denied'
    done
    chmod u+w locked
    [[ "$(< readonly.pgm)" == old && "$(< locked/out.pgm)" == old ]]
    [[ "$(find . | wc -l)" -eq 5 ]] || fail "$(find .)"
}

@test "a file of somebody else in a folder with a sticky bit is not replaced" {
    [[ "$(id -u)" -eq 0 ]] || skip "only root can make the file of somebody else"
    bring
    mkdir sticky
    chmod 1777 sticky
    printf 'old' > sticky/out.pgm
    chown 1234 sticky/out.pgm
    chmod 666 sticky/out.pgm
    status=0
    as_nobody "$BATS_TEST_TMPDIR/jpegq" in.pgm sticky/out.pgm > "$BATS_TEST_TMPDIR/stdout" \
        2> "$BATS_TEST_TMPDIR/stderr" || status=$?
    refused 1 'sticky/out\.pgm'
    [[ "$(< sticky/out.pgm)" == old && "$(ls -A sticky)" == out.pgm ]]
}

@test "/dev/stdout and /dev/fd/N are what the shell redirected, not the name of its file" {
    jpegq --output-format pgm "$samples/noise.pgm" want.pgm
    { printf 'before'; jpegq --output-format pgm "$samples/noise.pgm" /dev/stdout; printf 'after'; } \
        > got
    { printf 'before'; cat want.pgm; printf 'after'; } > want
    same want got
    printf 'before' > got
    jpegq --output-format pgm "$samples/noise.pgm" /dev/stdout >> got
    { printf 'before'; cat want.pgm; } > want
    same want got
    exec 8> got
    jpegq --output-format pgm "$samples/noise.pgm" /dev/fd/8
    exec 8>&-
    same want.pgm got
    refuses 1 '/dev/fd/77' 'bad file' -- --output-format pgm "$samples/noise.pgm" /dev/fd/77
}

@test "--sync: the same file" {
    jpegq -q 30 "$samples/noise.pgm" want.pgm
    printf 'old' > out.pgm
    jpegq --sync -q 30 --dump c.npy "$samples/noise.pgm" out.pgm
    same want.pgm out.pgm
    mkdir d
    jpegq --sync -d d -q 10,30 --output-format pgm "$samples/noise.pgm"
    same want.pgm d/noise-luma-q30.pgm
    jpegq --sync --no-clobber -q 30 "$samples/noise.pgm" new.pgm
    same want.pgm new.pgm
    [[ "$(find . -name '.jpegq*' | wc -l)" -eq 0 ]]
}

@test "other signals that end a program: nothing is left" {
    for signal in INT TERM HUP QUIT ALRM USR1 USR2 PROF VTALRM XCPU XFSZ; do
        printf 'old' > out.pgm
        rm -f slow
        mkfifo slow
        before="$(snapshot)"
        # shellcheck disable=SC2086 # JPEGQ_WRAPPER is several words
        (ulimit -c 0; exec env --default-signal="$signal" $JPEGQ_WRAPPER "$JPEGQ" slow out.pgm \
            2> /dev/null) &
        job=$!
        exec 9> slow
        printf 'P5\n800 800\n255\n' >&9
        head -c 50000 /dev/zero >&9
        for _ in {1..100}; do
            [[ -z "$(find . -name '.jpegq-*')" ]] || break
            sleep 0.02
        done
        kill "-$signal" "$job"
        status=0
        wait "$job" || status=$?
        exec 9>&-
        [[ "$status" -gt 128 ]] || fail "$signal: status $status"
        unchanged "$before" || fail "$signal"
    done
}
