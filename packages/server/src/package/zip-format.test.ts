import { describe, expect, it } from 'vitest'
import { parseDirectory, parseEndOfDirectory } from './zip-directory.ts'
import { dataDescriptor, directoryRecord, dosTime, endOfDirectory, TAIL_BYTES, type ZipEntry } from './zip-format.ts'

const MAX = 0xffffffff
const modified = dosTime(new Date('2025-08-26T03:04:05Z'))
const small: ZipEntry = {
  fileName: 'orders_1_20250826.csv',
  crc32: 0xdeadbeef,
  sizeBytes: 5,
  compressedBytes: 7,
  headerAt: 0,
}

describe('Zip records', () => {
  it('tell the time as MS-DOS did, in UTC', () => {
    expect(modified >>> 16).toBe((45 << 9) | (8 << 5) | 26)
    expect(modified & 0xffff).toBe((3 << 11) | (4 << 5) | 2)
    expect(() => dosTime(new Date('1979-12-31T23:59:59Z'))).toThrow(RangeError)
    expect(() => dosTime(new Date(Number.NaN))).toThrow(RangeError)
  })

  it.each([
    ['small numbers', [small]],
    ['names that are not ASCII', [{ ...small, fileName: 'größe_☃.csv' }]],
    ['a large file', [{ ...small, sizeBytes: MAX + 1 }, small]],
    ['a large file that does not shrink', [{ ...small, sizeBytes: 2 ** 40, compressedBytes: 2 ** 40 + 9 }, small]],
    ['a small file behind 4 GiB', [small, { ...small, headerAt: 2 ** 33 }]],
    ['the numbers that mark zip64 themselves', [{ ...small, sizeBytes: MAX, compressedBytes: MAX, headerAt: MAX }]],
    ['everything at once', [{ ...small, sizeBytes: 2 ** 41, compressedBytes: 2 ** 40, headerAt: 2 ** 42 }]],
  ])('can be read back: %s', (_, entries) => {
    const directory = Buffer.concat(entries.map((entry) => directoryRecord(entry, modified)))
    const where = { entries: entries.length, directoryAt: 99, directoryBytes: directory.length }
    expect(parseDirectory(directory, where)).toEqual(entries)
  })

  it('use zip64 for a file only where its numbers need it', () => {
    const lengthWith = (change: Partial<ZipEntry>) => directoryRecord({ ...small, ...change }, modified).length
    const plain = lengthWith({})
    expect(plain).toBe(46 + small.fileName.length)
    expect(lengthWith({ sizeBytes: MAX - 1 })).toBe(plain)
    expect(lengthWith({ sizeBytes: MAX })).toBe(plain + 4 + 8)
    expect(lengthWith({ sizeBytes: MAX, headerAt: MAX })).toBe(plain + 4 + 16)
    expect(dataDescriptor(small)).toHaveLength(16)
    expect(dataDescriptor({ ...small, sizeBytes: MAX + 1 })).toHaveLength(24)
  })

  it.each([
    ['an empty zip', { entries: 0, directoryAt: 0, directoryBytes: 0 }, 22],
    ['65,534 files', { entries: 65_534, directoryAt: 5, directoryBytes: 6 }, 22],
    ['65,535 files', { entries: 65_535, directoryAt: 5, directoryBytes: 6 }, TAIL_BYTES],
    ['a directory behind 4 GiB', { entries: 1, directoryAt: 2 ** 34, directoryBytes: 60 }, TAIL_BYTES],
  ])('say at their end where the directory is: %s', (_, directory, sizeBytes) => {
    const end = endOfDirectory(directory)
    expect(end).toHaveLength(sizeBytes)
    expect(parseEndOfDirectory(end)).toEqual(directory)
    expect(parseEndOfDirectory(end.subarray(1))).toBeUndefined()
  })

  it('are not read where there are none', () => {
    const record = directoryRecord(small, modified)
    const where = { entries: 1, directoryAt: 0, directoryBytes: record.length }
    expect(parseDirectory(record.subarray(0, -1), where)).toBeUndefined()
    expect(parseDirectory(Buffer.concat([record, record]), where)).toBeUndefined()
    expect(parseDirectory(record, { ...where, entries: 2 })).toBeUndefined()
    expect(parseEndOfDirectory(Buffer.alloc(TAIL_BYTES))).toBeUndefined()
    expect(parseEndOfDirectory(Buffer.alloc(3))).toBeUndefined()
  })
})
