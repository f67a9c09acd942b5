# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Every example of the README is run, and prints what the README says it prints.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    : "${BUILD:=build}" "${PYTHON:=/usr/bin/python3}"
}

# The ```console blocks: a line with "$ " is a command, and lines with "> " behind it are more of it; the
# lines up to the next are its output.
@test "the README's examples print what it says" {
    here=$BATS_TEST_TMPDIR
    cp -r samples "$here/samples"
    cp "$BUILD/jpegq" "$here/jpegq"
    awk '/^```console$/ { on = 1; next } /^```$/ { on = 0 } on' README.md >"$here/transcript"
    [ "$(grep -c '^\$ ' "$here/transcript")" -ge 10 ]
    cd "$here"
    "$PYTHON" - <<'END' >got
import re, subprocess
commands = re.findall(r"^\$ (.*(?:\n> .*)*)", open("transcript").read(), re.M)
for command in commands:
    print("$ " + command)
    script = command.replace("\n> ", "\n")
    done = subprocess.run(["bash", "-c", "set -o pipefail; " + script], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="")
    assert done.returncode == 0, command
END
    diff transcript got
}
