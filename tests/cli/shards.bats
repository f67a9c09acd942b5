#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A sweep in parts: the manual's commands for many machines, on this one.

load common
: "${samples:?is set by common.bash}"

setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    command -v parallel > /dev/null || fail "there is no GNU parallel"
    parallel --version | grep -q '^GNU parallel' || fail "parallel is not GNU's"
    # What a shard calls jpegq.
    mkdir bin
    # shellcheck disable=SC2016 # expanded by the script
    printf '#!/bin/sh\nexec $JPEGQ_WRAPPER "$JPEGQ" "$@"\n' > bin/jpegq
    chmod +x bin/jpegq
    python << 'END'
from runs import *
names = write_images(23)
odd = ["two words.pgm", "quote'.pgm", 'double".pgm', "$HOME.pgm", "a;b.pgm", "*.pgm", "back\\slash.pgm"]
for name, other in zip(odd, names):
    write(name, open(other, "rb").read())
write("list", "".join(name + "\n" for name in names[:9] + odd + names[9:]).encode())
END
    unset -f jpegq
    PATH="$PWD/bin:$PATH"
}

@test "GNU parallel: the parts joined are the single run" {
    jpegq -n -q 10-90:40 --format csv --files-from list > whole.csv
    (
        jpegq -n -q 10-90:40 --format csv "$(head -n 1 list)" | head -n 1
        parallel --will-cite -j 2 -k -N 4 --pipe --wd . \
            jpegq -j 1 -n -q 10-90:40 --format csv --no-header --files-from - < list
    ) > all.csv
    same all.csv whole.csv
    [[ "$(wc -l < all.csv)" -eq 91 ]]
    jpegq -n -q 10-90:40 --format jsonl --files-from list > whole.jsonl
    parallel --will-cite -j 2 -k -N 7 --pipe \
        jpegq -j 1 -n -q 10-90:40 --format jsonl --no-header --files-from - < list > all.jsonl
    same all.jsonl whole.jsonl
}

@test "GNU parallel: a broken file among them" {
    printf 'P5\n9 9\n255\nshort' > 012.pgm
    status=0
    jpegq -n -q 10,20 --format tsv --files-from list > whole.tsv 2> whole.errors || status=$?
    [[ "$status" -eq 1 ]]
    status=0
    parallel --will-cite -j 2 -k -N 5 --pipe \
        jpegq -j 1 -n -q 10,20 --format tsv --no-header --files-from - < list > all.tsv 2> all.errors ||
        status=$?
    [[ "$status" -eq 1 ]] # one job failed
    same all.tsv <(tail -n +2 whole.tsv)
    same all.errors whole.errors
}

@test "the array of Slurm jobs: every name is in one part" {
    jpegq -n -q 10-90:10 --format csv --files-from list > whole.csv
    for SLURM_ARRAY_TASK_ID in 0 1 2 3 4 5 6 7; do
        awk "NR % 8 == $SLURM_ARRAY_TASK_ID" list |
            jpegq -n -q 10-90:10 --format csv --no-header --files-from - > "part-$SLURM_ARRAY_TASK_ID.csv"
    done
    cat part-?.csv | sort > parts
    same parts <(tail -n +2 whole.csv | sort)
    [[ "$(cat part-?.csv | wc -l)" -eq 270 ]]
    # And with names that end with zero bytes.
    tr '\n' '\0' < list > list0
    jpegq -n -q 10-90:10 --format csv -0 --files-from list0 > whole0.csv
    same whole0.csv whole.csv
}

@test "what the manual shows is what is tested here" {
    tr -s ' \\\n' ' ' < "$root/man/jpegq.1" > page
    grep -q 'parallel -k -N 100 --pipe' page
    grep -q -- '--no-header --files-from - < list' page
    # shellcheck disable=SC2016 # as it stands in the manual
    grep -q 'NR % 8 == $SLURM_ARRAY_TASK_ID" list' page
}
