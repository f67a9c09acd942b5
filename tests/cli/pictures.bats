#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Pictures: curves as SVG, contact sheets and differences.

load common
: "${samples:?is set by common.bash}"

setup() {
    work="$BATS_TEST_TMPDIR/work"
    mkdir "$work"
    cd "$work" || return 1
    cp "$samples/noise.pgm" "$samples/checker.pgm" "$samples/pixel.pgm" .
    pgm_of "$samples/text.png" > text.pgm
    cat > drawn.py << 'END'
import re
import xml.etree.ElementTree as ElementTree
from runs import *
SVG = "{http://www.w3.org/2000/svg}"

def svg(path):
    """The root of a drawing that is complete in itself."""
    text = open(path, encoding="utf-8").read()
    root = ElementTree.fromstring(text)
    assert root.tag == SVG + "svg"
    width, height = float(root.get("width")), float(root.get("height"))
    assert 100 < width < 5000 and 100 < height < 5000
    assert "<!" not in text and "<?" not in text[5:], "no entities, no style sheets"
    for element in root.iter():
        assert element.tag.startswith(SVG), element.tag
        assert element.tag[len(SVG):] not in ("script", "image", "use", "foreignObject", "style",
                                              "a", "iframe"), element.tag
        for name, value in element.attrib.items():
            assert "href" not in name and not name.lower().startswith("on"), name
            assert "url(" not in value and "import" not in value, (name, value)
            assert not re.search(r"\b(nan|inf)\b", value, re.I), (name, value)
    assert re.findall(r"\w+://[^\"' ]*", text) in (["http://www.w3.org/2000/svg"], []), text
    return root

def texts(root):
    return ["".join(element.itertext()) for element in root.iter(SVG + "text")]

def points(element):
    return [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]

def polylines(root):
    """(stroke width, points) of each."""
    return [(float(e.get("stroke-width", 1)), points(e)) for e in root.iter(SVG + "polyline")]

def numbers(root):
    """Of the numbers beside the axes: [(x, value)], [(y, value)]."""
    across, down = {}, {}
    for element in root.iter(SVG + "text"):
        words = "".join(element.itertext())
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", words) and element.get("text-anchor") in ("middle", "end"):
            x, y = float(element.get("x")), float(element.get("y"))
            (across.setdefault(y, []) if element.get("text-anchor") == "middle" else
             down.setdefault(x, [])).append((x if element.get("text-anchor") == "middle" else y,
                                             float(words)))
    return max(across.values(), key=len), max(down.values(), key=len)

def straight(pairs):
    """Slope and offset of a scale, which is linear."""
    places, values = np.array(pairs).T
    slope, offset = np.polyfit(values, places, 1)
    assert abs(slope * values + offset - places).max() < 0.02 + abs(slope) * 0.006, pairs
    return slope, offset

def find(picture, part):
    """All places of an array in a larger one: [(y, x)]."""
    height, width = part.shape
    rows, columns = picture.shape[0] - height + 1, picture.shape[1] - width + 1
    assert rows > 0 and columns > 0, (picture.shape, part.shape)
    good = np.ones((rows, columns), bool)
    for y in range(height):
        for x in range(width):
            if y * width + x > 40 and good.sum() < 50:
                break
            good &= picture[y:y + rows, x:x + columns] == part[y, x]
    return [(y, x) for y, x in np.argwhere(good).tolist()
            if np.array_equal(picture[y:y + height, x:x + width], part)]

def png(path):
    return parse_pgm(piped(["pngtopnm", "-quiet", path]))
END
    export PYTHONPATH="$PWD:$PYTHONPATH"
}

@test "--plot: curves of tables at the places of their rows" {
    python << 'END'
from drawn import *
for metric, options in (("psnr", []), ("ssim", ["--plot-metric", "ssim"]), ("psnr", ["--plot-metric", "psnr"])):
    for names in (["text.pgm"], ["text.pgm", "noise.pgm", "checker.pgm"]):
        sweep = ["-q", "10-90:20", "-t", "luma", "-t", "flat", *names]
        # Nothing else is made: no statistics, unless asked for.
        assert jpegq("-n", "--plot", "p.svg", *options, *sweep) in (b"", jpegq("-n", *sweep))
        found = rows("--metrics", "psnr,ssim,bpp", *sweep)
        root = svg("p.svg")
        lines = [line for line in polylines(root) if line[1]]
        thick = max(width for width, _ in lines)
        curves = [p for width, p in lines if width == thick]
        thin = [p for width, p in lines if width < thick]
        assert len(curves) == 2 and len(thin) == (0 if len(names) == 1 else 2 * len(names)), lines
        across, down = map(straight, numbers(root))
        assert across[0] > 0 > down[0]
        def place(own):  # of a mean
            return (np.mean([float(r["bpp"]) for r in own]), np.mean([float(r[metric]) for r in own]))
        want = [[place([r for r in found if (r["table"], r["quality"]) == (table, str(q))])
                 for q in range(10, 91, 20)] for table in ("luma", "flat")]
        one = [[place([r]) for r in found if (r["table"], r["file"]) == (table, name)]
               for table in ("luma", "flat") for name in names]
        def check(drawn, expected):
            drawn = sorted(map(sorted, drawn))
            expected = sorted(sorted((across[0] * b + across[1], down[0] * m + down[1])
                                     for b, m in line) for line in expected)
            assert len(drawn) == len(expected)
            for a, b in zip(drawn, expected):
                a, b = np.array(a), np.array(b)
                assert abs(a[:, 0] - b[:, 0]).max() < 1, (a, b)
                # Numbers stand a little below what they name.
                assert 0 <= (b[:, 1] - a[:, 1]).min() + 1 and (b[:, 1] - a[:, 1]).max() < 8, (a, b)
        check(curves, want)
        if thin:
            check(thin, one)
        words = " ".join(texts(root))
        assert "luma" in words and "flat" in words and metric.upper() in words and "bit" in words
END
}

@test "--plot: names that XML has other uses for" {
    python << 'END'
from drawn import *
import os
odd = ["a & b.txt", "<script>'.txt", 'quote".txt', "]]>.txt", "&amp;.txt",
       "tab\t.txt", "line\nbreak.txt", "é∆.txt", "control\x01.txt", "latin-\udce9.txt", "--.txt"]
steps = jpegq("--print-table", "-q", "50")
for name in odd:
    write(os.fsencode(name), steps)
for name in odd:
    jpegq("-n", "--plot", "p.svg", "-q", "20,40", "-t", b"./" + os.fsencode(name), "-t", "luma", "text.pgm")
    words = " ".join(texts(svg("p.svg")))
    stem = name[:-4]
    if stem.isprintable() and stem.isascii():
        assert stem in words, (name, words)
    else:
        assert "é∆" in words or stem != "é∆", words
words = [word for name in odd[:4] for word in ("-t", "./" + name)]
jpegq("-n", "--plot", "p.svg", "-q", "20,40", *words, "text.pgm")
found = " ".join(texts(svg("p.svg")))
assert all(name[:-4] in found for name in odd[:4])
for name in odd:
    write(os.fsencode(name), open("text.pgm", "rb").read())
jpegq("-n", "--plot", "p.svg", "-q", "20,40", *map(os.fsencode, (n for n in odd if n[0] != "-")))
svg("p.svg")
END
}

@test "--plot: one quality, one table, no finite PSNR, many images, a failure" {
    printf 'P5\n9 9\n255\nshort' > broken.pgm
    python "$samples/gray.png" << 'END'
import sys
from drawn import *
for options in (["text.pgm"], ["-q", "10", "text.pgm"], ["-q", "10,90", sys.argv[1]], [sys.argv[1]],
                ["-q", "10,90", "pixel.pgm"], ["-q", "10-90:40", sys.argv[1], "text.pgm"],
                ["-q", "10-90:40", sys.argv[1], "pixel.pgm", "noise.pgm"],
                ["-q", "1-100", "-t", "luma", "-t", "flat", "-t", "klein", "-t", "watson", "noise.pgm"],
                ["--plot-metric", "ssim", "-q", "5,6", sys.argv[1], sys.argv[1]],
                ["-q", "0,1", "noise.pgm"], ["--scale", "3", "text.pgm"]):
    jpegq("-n", "--plot", "p.svg", *options)
    root = svg("p.svg")
    assert "luma" in " ".join(texts(root))
names = write_images(60)
jpegq("-n", "--plot", "p.svg", "-q", "10-90:10", "-t", "luma", "-t", "flat", *names)
lines = [line for line in polylines(svg("p.svg")) if line[1]]
assert len(lines) == 122, len(lines)
out, errors = failing(1, "-n", "--plot", "q.svg", "-q", "10-90:10", "-t", "luma", "-t", "flat",
                      names[0], "broken.pgm", *names[1:])
assert len(errors) == 1
drawn = [line for line in polylines(svg("q.svg")) if line[1]]
assert drawn == lines, len(drawn)
END
}

@test "--plot: the same whatever the threads, and statistics if asked for" {
    for j in 1 2 8; do
        jpegq -n -j "$j" --plot "$j.svg" -q 10-90:10 -t luma -t flat -s --format csv \
            text.pgm noise.pgm checker.pgm > "$j.csv"
    done
    same 1.svg 2.svg
    same 1.svg 8.svg
    jpegq -n -q 10-90:10 -t luma -t flat --format csv text.pgm noise.pgm checker.pgm > alone.csv
    same 1.csv alone.csv
    same 8.csv alone.csv
    refuses '1|64' 'plot' -- -n --plot p.png -q 10,20 text.pgm
    refuses 64 'plot-metric' 'psnr' 'ssim' -- -n --plot p.svg --plot-metric mse text.pgm
    refuses 64 'compare' -- --plot p.svg --compare text.pgm text.pgm
    refuses '1|64' 'missing' -- -n --plot missing/p.svg text.pgm
    printf 'old' > old.svg
    refuses 1 'old\.svg' -- -n --no-clobber --plot old.svg text.pgm
    cp text.pgm text.svg
    refuses '1|64' 'text\.svg' -- -n --plot text.svg text.svg
}

@test "--sheet: the original and every reconstruction are in it" {
    python << 'END'
from drawn import *
for name, options in (("noise.pgm", []), ("text.pgm", ["--crop", "40,30,96x64"]),
                      ("noise.pgm", ["--crop", "3,5,20x10", "--zoom", "4"]),
                      ("noise.pgm", ["--zoom", "2"]), ("noise.pgm", ["--crop", "66,44,1x1", "--zoom", "64"]),
                      ("text.pgm", ["--crop", "0,0,320x200"]), ("noise.pgm", ["--crop=60,40,7x5", "--zoom=16"])):
    before = samples(name)
    x, y, width, height = 0, 0, before.shape[1], before.shape[0]
    zoom = 1
    words = " ".join(options).replace("=", " ").split()
    if "--crop" in words:
        x, y, width, height = map(int, re.findall(r"\d+", words[words.index("--crop") + 1]))
    if "--zoom" in words:
        zoom = int(words[words.index("--zoom") + 1])
    sweep = ["-q", "10,50,90", "-t", "luma", "-t", "flat"]
    jpegq(*sweep, "--sheet", "s.png", *options, name)
    sheet = png("s.png")
    jpegq("-n", *sweep, "--sheet", "s2.png", *options, name)
    assert np.array_equal(sheet, png("s2.png"))
    places = []
    pictures = [before] + [None] * 6
    for i, (table, quality) in enumerate([(t, q) for t in ("luma", "flat") for q in (10, 50, 90)]):
        jpegq("-q", quality, "-t", table, name, "one.pgm")
        pictures[i + 1] = samples("one.pgm")
    assert sheet.size >= 7 * width * height * zoom * zoom
    assert sheet.shape[0] < 8 * (height * zoom + 100) and sheet.shape[1] < 8 * (width * zoom + 250)
    for picture in pictures:
        part = np.kron(picture[y:y + height, x:x + width], np.ones((zoom, zoom), np.uint8))
        found = find(sheet, part)
        assert found, (name, options)
        if width * height > 1:
            assert len(found) == 1, (name, options, found)
            places += found
    if places:  # in the order of reading, and none over another
        assert places == sorted(places) and len(set(places)) == 7, places
        for a in places:
            for b in places:
                assert a == b or abs(a[0] - b[0]) >= height * zoom or abs(a[1] - b[1]) >= width * zoom
        # Below each there is a label: something dark on the light page.
        for py, px in places:
            label = sheet[py + height * zoom + 3:py + height * zoom + 30, px:px + max(30, width * zoom)]
            assert label.size and (label < 100).any() and (label > 200).any()
END
}

@test "--sheet: what cannot be shown" {
    # noise.pgm is 67x45
    for crop in 60,0,8x8 0,0,68x1 0,44,1x2 67,0,1x1 0,45,1x1 0,0,4294967297x1 4294967295,0,2x2; do
        refuses '1|64' 'crop' -- --sheet s.png --crop "$crop" noise.pgm
    done
    for crop in '' x 0,0,0x1 0,0,1x0 -1,0,2x2 1,1,2 1,1,2x 1,1 1,1,2,2 1.5,1,2x2 '1,1,2x2 '; do
        refuses 64 'crop' -- --sheet s.png --crop "$crop" noise.pgm
    done
    for zoom in 0 65 -1 x '' 1.5 ' '; do
        refuses 64 'zoom' '\b1\b' '\b64\b' -- --sheet s.png --zoom "$zoom" noise.pgm
    done
    refuses 64 'crop' -- --crop 0,0,8x8 noise.pgm
    refuses 64 'zoom' -- --zoom 2 noise.pgm
    refuses 64 'sheet' -- -n --sheet s.png noise.pgm text.pgm
    printf 'old' > old.png
    refuses 1 'old\.png' -- --no-clobber --sheet old.png noise.pgm
    cp "$samples/text.png" t.png
    refuses '1|64' 't\.png' -- --sheet t.png t.png
    refuses '1|64' 's\.png' -- --sheet s.png --diff s.png noise.pgm
}

@test "--diff: 128 + gain * (reconstructed - original), clamped" {
    python << 'END'
from drawn import *
for name in ("noise.pgm", "text.pgm", "checker.pgm", "pixel.pgm"):
    before = samples(name).astype(int)
    for quality, gain in ((10, None), (90, 1), (60, 4), (99, 255), (50, 31)):
        options = [] if gain is None else ["--diff-gain", gain]
        jpegq("-q", quality, name, "--diff", "d.png", *options, "after.pgm")
        want = np.clip(128 + (4 if gain is None else gain) * (samples("after.pgm").astype(int) - before), 0, 255)
        assert np.array_equal(png("d.png"), want), (name, quality, gain)
    jpegq("-q", 50, name, "--diff", "d.pgm", "--diff-gain", 31)
    assert np.array_equal(samples("d.pgm"), want)
    jpegq("-q", 50, name, "--diff", "d.npy", "--diff-gain", 31)
    assert np.array_equal(np.load("d.npy"), want)
# With a target and with --dct exact.
jpegq("--dct", "exact", "--round", "none", "noise.pgm", "--diff", "d.pgm", "--diff-gain", 255)
assert (samples("d.pgm") == 128).all()
jpegq("--target-psnr", 30, "noise.pgm", "--diff", "d.pgm", "after.pgm")
want = np.clip(128 + 4 * (samples("after.pgm").astype(int) - samples("noise.pgm")), 0, 255)
assert np.array_equal(samples("d.pgm"), want)
END
    for gain in 0 256 -1 x '' 1.5; do
        refuses 64 'diff-gain' '\b1\b' '\b255\b' -- --diff d2.png --diff-gain "$gain" noise.pgm
    done
    refuses 64 'diff' -- -q 10,20 --diff d2.png noise.pgm
    refuses 64 'diff' -- -n --diff d2.png noise.pgm text.pgm
    printf 'old' > old.png
    refuses 1 'old\.png' -- --no-clobber --diff old.png noise.pgm
}
