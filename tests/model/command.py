# SPDX-License-Identifier: MIT
"""Running the program under test from the Python parts of the command-line tests."""
import csv
import io
import os
import shlex
import subprocess

import numpy as np


def command(*arguments):
    return (shlex.split(os.environ.get("JPEGQ_WRAPPER", "")) + [os.environ["JPEGQ"]] +
            [a if isinstance(a, bytes) else str(a) for a in arguments])


def jpegq(*arguments, **options):
    """Run it, which must succeed in silence; returns standard output as bytes."""
    done = subprocess.run(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **options)
    assert done.returncode == 0, f"{arguments}: exit status {done.returncode}: {done.stderr}"
    assert not done.stderr, f"{arguments}: standard error: {done.stderr}"
    return done.stdout


def table(*arguments):
    """The 64 steps that --print-table prints."""
    steps = [int(word) for line in jpegq("--print-table", *arguments).decode().splitlines()
             for word in line.split("#")[0].split()]
    assert len(steps) == 64, f"{len(steps)} steps"
    return steps


def read_csv_dump(text):
    """A dump in csv: (comment, shape (R, C), array (R * C, 64) of float)."""
    lines = text.splitlines()
    assert lines[0].startswith("#")
    rows = list(csv.reader(io.StringIO("\n".join(lines[1:]))))
    assert len(rows[0]) == 66 and len(set(rows[0])) == 66, "66 columns with a name each"
    values = np.array([[float(word) for word in row] for row in rows[1:]])
    assert values.shape[1] == 66
    blocks = values[:, :2].astype(int)
    count = blocks.max(axis=0) + 1
    expected = [(r, c) for r in range(count[0]) for c in range(count[1])]
    assert [tuple(b) for b in blocks.tolist()] == expected, "a line per block, row by row"
    return lines[0], tuple(count), values[:, 2:]


def grids(text):
    """All groups of 8 lines of 8 numbers in a text: array (groups, 8, 8) of float."""
    rows = []
    for line in text.splitlines():
        words = line.split()
        try:
            numbers = [float(word) for word in words]
        except ValueError:
            continue
        if len(numbers) == 8:
            rows.append(numbers)
    assert len(rows) % 8 == 0, f"{len(rows)} lines of eight numbers"
    return np.array(rows).reshape(-1, 8, 8)


def statistics(text):
    """Statistics in csv: the rows as dictionaries."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    return list(csv.DictReader(io.StringIO(text, newline="")))
