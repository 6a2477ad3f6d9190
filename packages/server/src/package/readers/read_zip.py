"""Prints name, size and CRC-32 of every entry of a zip, read whole."""

import sys
import zipfile
import zlib

with zipfile.ZipFile(sys.argv[1]) as package:
    for entry in package.infolist():
        crc, size = 0, 0
        with package.open(entry) as csv:
            while block := csv.read(1 << 20):
                crc, size = zlib.crc32(block, crc), size + len(block)
        print("zipfile", entry.filename, size, f"{crc:08x}")
