#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The progress bar: on a terminal, gone at the end, and nowhere else.

load common
: "${samples:?is set by common.bash}"

setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    cat > terminal.py << 'END'
import fcntl
import os
import pty
import re
import struct
import termios
from runs import *

def on_terminal(*arguments, both=False, columns=80):
    """Run with standard error (both: and output) on a terminal: (status, stdout, its bytes)."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    out = open("stdout", "w+b")
    process = subprocess.Popen(command(*arguments), stdin=subprocess.DEVNULL,
                               stdout=theirs if both else out, stderr=theirs,
                               env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    data = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # EIO: the other side is closed
            break
        if not piece:
            break
        data += piece
    os.close(ours)
    status = process.wait()
    out.seek(0)
    return status, out.read(), data

def screen(data, columns=80):
    """The lines that a terminal shows of it, and the longest that it ever showed."""
    lines, at, longest = [[]], 0, 0
    for control, text in re.findall(r"(\x1b\[[0-9;?]*[A-Za-z]|[\r\n])|([^\x1b\r\n])", data.decode()):
        line = lines[-1]
        if control == "\r":
            at = 0
        elif control == "\n":
            lines.append([])
            at = 0
        elif control.endswith("K"):
            parameter = control[2:-1]
            assert parameter in ("", "0", "2"), control
            if parameter == "2":
                line[:] = [" "] * len(line)
            else:
                del line[at:]
        elif control:
            assert control[-1] in "mhl", control
        else:
            line.extend(" " * (at + 1 - len(line)))
            line[at] = text
            at += 1
            longest = max(longest, at)
    return ["".join(line).rstrip() for line in lines], longest

# Long enough for a bar to be drawn.
names = []
for i in range(6):
    names.append(f"{i}.pgm")
    write(names[-1], pnm(image("scene", 900, 1200, i)))
sweep = ["-n", "-j", "2", "-q", "1-100:5", "--metrics", "ssim,psnr", *names]
END
    export PYTHONPATH="$PWD:$PYTHONPATH"
}

@test "on a terminal there is a bar, which is gone at the end" {
    python << 'END'
from terminal import *
status, out, data = on_terminal(*sweep)
assert status == 0 and out == jpegq(*sweep)
lines, longest = screen(data)
assert data, "no bar"
assert lines == [""], lines
assert longest <= 80
text = data.decode()
assert "120" in text and re.search(r"\d", text), text[:300]
END
}

@test "errors and rows stand on lines of their own" {
    printf 'P5\n9 9\n255\nshort' > broken.pgm
    python << 'END'
from terminal import *
words = sweep[:-3] + ["broken.pgm"] + sweep[-3:]
status, out, data = on_terminal(*words)
assert status == 1
lines, longest = screen(data)
assert len(lines) == 2 and lines[1] == "" and lines[0].startswith("jpegq: broken.pgm: "), lines
status, _, data = on_terminal(*sweep, both=True)
assert status == 0
want = jpegq(*sweep).decode().splitlines()
lines, longest = screen(data)
assert lines == [line.rstrip() for line in want] + [""], [l for l in lines if l not in want]
END
}

@test "--no-progress, a single row, a pipe, a file: no bar" {
    python << 'END'
from terminal import *
status, out, data = on_terminal("--no-progress", *sweep)
assert status == 0 and not data, data
status, out, data = on_terminal("-n", "-q", "50", names[0])
assert status == 0 and not data, data
assert attempt(*sweep).stderr == b""
with open("errors", "w+b") as errors:
    subprocess.run(command(*sweep), stdout=subprocess.DEVNULL, stderr=errors, check=True)
    assert errors.tell() == 0 and os.path.getsize("errors") == 0
END
}

@test "a failure from --no-progress on a terminal is the plain line" {
    printf 'P5\n9 9\n255\nshort' > broken.pgm
    python << 'END'
from terminal import *
status, out, data = on_terminal("--no-progress", "-n", "-q", "1-50", names[0], "broken.pgm")
assert status == 1 and data.startswith(b"jpegq: broken.pgm: ") and data.count(b"\n") == 1, data
assert b"\x1b" not in data
END
}

@test "an interrupt ends it at once, with a bar drawn, too" {
    python << 'END'
import signal
import time
from terminal import *
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
process = subprocess.Popen(command(*sweep), stdout=subprocess.DEVNULL, stderr=theirs)
os.close(theirs)
data = os.read(ours, 65536)  # the bar is there
process.send_signal(signal.SIGINT)
start = time.monotonic()
while True:
    try:
        piece = os.read(ours, 65536)
    except OSError:
        break
    if not piece:
        break
    data += piece
assert process.wait() != 0
assert time.monotonic() - start < (60 if os.environ.get("JPEGQ_WRAPPER") else 2)
END
}

@test "large numbers: the bar fits into a line of 80 columns" {
    python << 'END'
from terminal import *
names = write_images(130, 120, 160)
status, out, data = on_terminal("-n", "-j", "1", "-q", "1-100", "--metrics", "psnr", *names)
assert status == 0 and data
lines, longest = screen(data)
assert lines == [""], lines
assert longest <= 80, (longest, data[:300])
END
}
