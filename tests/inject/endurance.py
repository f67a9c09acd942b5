# SPDX-License-Identifier: MIT
"""
100,000 runs in a row, and one run of 100,000 rows: nothing is left, nothing grows.

    endurance.py JPEGQ [RUNS]

Takes minutes; not a part of `make check`.
"""
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = os.path.join(ROOT, "samples")


def processes(jpegq):
    """How many processes run that program."""
    count = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            count += os.readlink(f"/proc/{pid}/exe") == jpegq
        except OSError:
            pass
    return count


def everything(folder):
    return {place: sorted(os.listdir(place)) for place in (folder, "/dev/shm")}


def in_a_row(jpegq, runs, folder):
    """Runs that replace a file of each kind, from files of each kind."""
    ways = [[f"{SAMPLES}/block.pgm", "out.pgm"], [f"{SAMPLES}/gray.png", "out.png"],
            ["-q", "10", f"{SAMPLES}/noise.pgm", "out.jpg"],
            ["--dump", "out.npy", f"{SAMPLES}/pixel.pgm"], ["-s", f"{SAMPLES}/text.png"]]
    program = f"j() {{ '{jpegq}' \"$@\" >/dev/null || exit 1; }}\n"
    once = "".join("j " + " ".join(way) + "\n" for way in ways)
    loop = f"i=0\nwhile [ $i -lt {runs // len(ways)} ]; do\n{once}i=$((i + 1))\ndone\n"
    subprocess.run(["sh", "-c", program + once], cwd=folder, check=True)
    before, began = everything(folder), time.monotonic()
    subprocess.run(["sh", "-c", program + loop], cwd=folder, check=True)
    took = time.monotonic() - began
    time.sleep(1)
    assert everything(folder) == before, (before, everything(folder))
    assert processes(jpegq) == 0, "processes are left"
    print(f"ok {runs} runs in a row: {took:.0f} s, {1000 * took / runs:.2f} ms each, nothing left")


def memory_and_descriptors(pid):
    with open(f"/proc/{pid}/status") as file:
        memory = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    return memory, len(os.listdir(f"/proc/{pid}/fd"))


def in_one_run(jpegq, rows, folder):
    """One run of so many rows, some of which fail: looked at near its beginning and its end."""
    names = [f"{SAMPLES}/block.pgm", f"{SAMPLES}/pixel.pgm", f"{SAMPLES}/gray.png", "missing.png"]
    with open(os.path.join(folder, "list"), "w") as file:
        file.writelines(names[i % len(names)] + "\n" for i in range(rows))
    with open(os.path.join(folder, "errors"), "wb") as errors:
        process = subprocess.Popen([jpegq, "-n", "-j", "2", "--format", "csv", "--files-from",
                                    "list"], cwd=folder, stdout=subprocess.PIPE, stderr=errors)
    seen, began = [], time.monotonic()
    for number, _ in enumerate(process.stdout):
        if number in (rows // 10, rows // 2, rows * 9 // 10):
            seen.append(memory_and_descriptors(process.pid))
    took = time.monotonic() - began
    assert process.wait() == 1 and number == rows, (process.returncode, number)
    growth = seen[-1][0] - seen[0][0]
    assert growth < 512, f"{growth} KiB more: {seen}"
    # two threads may just have a file, its memory, samples and a pipe
    assert seen[-1][1] <= seen[0][1] + 16, f"descriptors: {seen}"
    print(f"ok {rows} rows in one run: {took:.0f} s; KiB and descriptors at 10, 50, 90 %: {seen}")


def main():
    jpegq, runs = os.path.realpath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100000
    with tempfile.TemporaryDirectory() as folder:
        in_one_run(jpegq, runs, folder)
        in_a_row(jpegq, runs, folder)


main()
