# SPDX-License-Identifier: MIT
"""
Image files of every kind, written and read byte by byte for the command-line tests: what jpegq is
fed must not come from the libraries that jpegq itself reads with.
"""
import struct
import zlib

import numpy as np

# ---- Netpbm ------------------------------------------------------------------------------------


def read_pnm(path):
    """A binary PGM or PPM file: (array, maximum value)."""
    with open(path, "rb") as file:
        data = file.read()
    magic, position, numbers = data[:2], 2, []
    assert magic in (b"P5", b"P6"), f"{path}: not a binary PGM or PPM file"
    while len(numbers) < 3:
        while data[position:position + 1].isspace():
            position += 1
        if data[position:position + 1] == b"#":
            position = data.index(b"\n", position)
            continue
        end = position
        while data[end:end + 1].isdigit():
            end += 1
        numbers.append(int(data[position:end]))
        position = end
    width, height, largest = numbers
    channels = 3 if magic == b"P6" else 1
    kind = np.dtype(">u2" if largest > 255 else "u1")
    samples = np.frombuffer(data, kind, width * height * channels, position + 1)
    assert len(data) == position + 1 + samples.nbytes, f"{path}: more or less data than samples"
    shape = (height, width, 3) if channels == 3 else (height, width)
    return samples.astype(np.int64).reshape(shape), largest


def read_pgm(path):
    samples, largest = read_pnm(path)
    assert samples.ndim == 2 and largest == 255, f"{path}: not an 8-bit PGM file"
    return samples.astype(np.uint8)


def pnm(samples, largest=255):
    """The bytes of a PGM or PPM file."""
    samples = np.asarray(samples)
    magic = "P6" if samples.ndim == 3 else "P5"
    header = f"{magic}\n{samples.shape[1]} {samples.shape[0]}\n{largest}\n".encode()
    return header + samples.astype(">u2" if largest > 255 else "u1").tobytes()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def write_pnm(path, samples, largest=255):
    write(path, pnm(samples, largest))


# ---- PNG ---------------------------------------------------------------------------------------

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6


def png_chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


def png_header(width, height, depth=8, color=GRAY, interlace=0):
    return PNG_SIGNATURE + png_chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))


def _png_rows(samples, depth):
    """Rows of (height, width, channels) samples, packed, each with filter type 0."""
    rows = b""
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            packed = row.astype(">u2").tobytes()
        else:
            bits = np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - depth:]
            packed = np.packbits(bits.reshape(-1)).tobytes()
        rows += b"\0" + packed
    return rows


# Adam7: first column and row, column and row step (PNG specification, 8.2).
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
         (0, 1, 1, 2))


def png(samples, depth=8, color=GRAY, interlace=0, palette=None, transparent=None):
    """The bytes of a PNG file of samples (height, width) or (height, width, channels)."""
    samples = np.asarray(samples)
    if samples.ndim == 2:
        samples = samples[:, :, None]
    height, width = samples.shape[:2]
    if interlace:
        parts = (samples[y::dy, x::dx] for x, y, dx, dy in ADAM7)
        raw = b"".join(_png_rows(part, depth) for part in parts if part.size)
    else:
        raw = _png_rows(samples, depth)
    data = png_header(width, height, depth, color, interlace)
    if palette is not None:
        data += png_chunk(b"PLTE", np.asarray(palette).astype(np.uint8).tobytes())
    if transparent is not None:
        data += png_chunk(b"tRNS", transparent)
    return data + png_chunk(b"IDAT", zlib.compress(raw)) + png_chunk(b"IEND", b"")


# ---- BMP ---------------------------------------------------------------------------------------


def bmp(samples, palette=None, top_down=False, bits=None):
    """
    The bytes of a BMP file: (height, width) indices into `palette` (RGB) at `bits` a pixel, or
    (height, width, 3) RGB at 24 or 32 bits.
    """
    samples = np.asarray(samples).astype(np.uint8)
    height, width = samples.shape[:2]
    if bits is None:
        bits = 8 if samples.ndim == 2 else 24
    if samples.ndim == 2:
        expanded = np.unpackbits(samples.reshape(height, width, 1), axis=2)[:, :, 8 - bits:]
        rows = np.packbits(expanded.reshape(height, -1), axis=1)
    else:
        pixels = samples[:, :, ::-1]
        if bits == 32:
            pixels = np.concatenate([pixels, np.zeros((height, width, 1), np.uint8)], axis=2)
        rows = pixels.reshape(height, -1)
    rows = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4)))
    if not top_down:
        rows = rows[::-1]
    colors = b"" if palette is None else b"".join(bytes((b, g, r, 0)) for r, g, b in palette)
    offset = 14 + 40 + len(colors)
    pixels = rows.tobytes()
    return (struct.pack("<2sIHHI", b"BM", offset + len(pixels), 0, 0, offset) +
            struct.pack("<IiiHHIIiiII", 40, width, -height if top_down else height, 1, bits, 0,
                        len(pixels), 2835, 2835, 0 if palette is None else len(palette), 0) +
            colors + pixels)


def read_bmp(path):
    """A 24-bit BMP file: (height, width, 3) RGB."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:2] == b"BM" and struct.unpack_from("<I", data, 2)[0] == len(data)
    offset, = struct.unpack_from("<I", data, 10)
    width, height, planes, bits, compression = struct.unpack_from("<iiHHI", data, 18)
    assert (planes, bits, compression) == (1, 24, 0), (planes, bits, compression)
    row = (3 * width + 3) // 4 * 4
    pixels = np.frombuffer(data, np.uint8, row * abs(height), offset).reshape(abs(height), row)
    pixels = pixels[:, :3 * width].reshape(abs(height), width, 3)[:, :, ::-1]
    return pixels if height < 0 else pixels[::-1]


# ---- NumPy -------------------------------------------------------------------------------------


def npy_header(text, version=1):
    """The start of an .npy file with this header text, whatever it says."""
    body = text.encode()
    size = 2 if version == 1 else 4
    body += b" " * (-(6 + 2 + size + len(body) + 1) % 64) + b"\n"
    return b"\x93NUMPY" + bytes((version, 0)) + struct.pack("<H" if size == 2 else "<I",
                                                           len(body)) + body


# ---- JPEG --------------------------------------------------------------------------------------


def read_dqt(path, zigzag):
    """The quantization tables of a JPEG file: {id: 64 steps in natural order}."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:2] == b"\xff\xd8", f"{path}: not a JPEG file"
    tables, position = {}, 2
    while data[position + 1] != 0xDA:
        marker, (length,) = data[position + 1], struct.unpack_from(">H", data, position + 2)
        segment = data[position + 4:position + 2 + length]
        while marker == 0xDB and segment:
            precision, identifier = segment[0] >> 4, segment[0] & 15
            size = 64 * (1 + precision)
            steps = np.frombuffer(segment, ">u2" if precision else "u1", 64, 1)
            natural = [0] * 64
            for k, step in enumerate(steps):
                natural[zigzag[k]] = int(step)
            tables[identifier] = natural
            segment = segment[1 + size:]
        position += 2 + length
    return tables


def jpeg(blocks, table, width, height, zigzag):
    """
    A grayscale JPEG file of these quantized coefficients (R, C, 8, 8), any from -32767 to 32767,
    with differences of DC in the same range: more than an encoder makes, but T.81's code lengths
    carry it. The Huffman tables are no compression at all: a DC category is five bits and an AC
    symbol eight, so that the code is the index of the symbol.
    """
    symbols = [16 * run + size for run in range(16) for size in range(1, 16)] + [0x00, 0xF0]
    code = {symbol: index for index, symbol in enumerate(symbols)}
    bits = []

    def put(value, count):
        bits.extend((value >> shift) & 1 for shift in range(count - 1, -1, -1))

    def put_magnitude(value, size):
        put(value if value > 0 else value + (1 << size) - 1, size)

    previous = 0
    for block in np.asarray(blocks).reshape(-1, 64).tolist():
        difference, previous = block[0] - previous, block[0]
        size = abs(difference).bit_length()
        assert size <= 15
        put(size, 5)
        put_magnitude(difference, size)
        run = 0
        for index in zigzag[1:]:
            value = block[index]
            if value == 0:
                run += 1
                continue
            while run > 15:
                put(code[0xF0], 8)
                run -= 16
            size = abs(value).bit_length()
            assert size <= 15
            put(code[16 * run + size], 8)
            put_magnitude(value, size)
            run = 0
        if run:
            put(code[0x00], 8)
    bits += [1] * (-len(bits) % 8)
    scan = np.packbits(np.array(bits, np.uint8)).tobytes().replace(b"\xff", b"\xff\x00")

    def segment(marker, data):
        return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data

    steps = np.array(table).reshape(64)[zigzag]
    wide = int(steps.max()) > 255
    dqt = bytes((16 if wide else 0,)) + steps.astype(">u2" if wide else "u1").tobytes()
    dc = bytes((0x00,)) + bytes((0, 0, 0, 0, 16)) + bytes(11) + bytes(range(16))
    ac = bytes((0x10,)) + bytes(7) + bytes((len(symbols),)) + bytes(8) + bytes(symbols)
    return (b"\xff\xd8" + segment(0xDB, dqt) +
            segment(0xC1, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)) +
            segment(0xC4, dc) + segment(0xC4, ac) +
            segment(0xDA, bytes((1, 1, 0, 0, 63, 0))) + scan + b"\xff\xd9")
