# SPDX-License-Identifier: MIT
"""Reading what --bits prints."""
import re

import numpy as np


def numbers(line):
    return [0 if word == "." else int(word) for word in line.split()]


def parse(text):
    """Totals by name, the costliest block, and the three grids as arrays."""
    lines = text.splitlines()
    found = {"bytes": int(lines[0].split()[0])}
    for line in lines[1:7]:
        name, bits = re.fullmatch(r" +(\S.*?) +(\d+) bits +[\d.]+ %", line).groups()
        found[name] = int(bits)
    found["costliest"] = tuple(map(int, re.findall(r"\d+", lines[7])))
    assert lines[9].startswith("bits by coefficient")
    found["position"] = np.array([numbers(line) for line in lines[10:18]])
    assert lines[19].startswith("DC differences")
    found["dc"] = np.array(numbers(lines[21]))
    assert lines[23].startswith("AC symbols") and numbers(lines[24]) == list(range(11))
    found["ac"] = np.array([numbers(line)[1:] for line in lines[25:41]])
    assert len(lines) == 41
    return found
