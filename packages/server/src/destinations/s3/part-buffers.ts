/** What two uploads at their usual pace fill. */
const KEPT_BYTES = 32 * 1024 * 1024

const spare: Buffer[] = []

/** A buffer for a part of an upload, with anything in it. */
export function takePartBuffer(sizeBytes: number): Buffer {
  const fitting = spare.findIndex((buffer) => buffer.length === sizeBytes)
  const [buffer] = fitting < 0 ? [] : spare.splice(fitting, 1)
  return buffer ?? Buffer.allocUnsafeSlow(sizeBytes)
}

/**
 * Keeps a buffer for the next part, of whichever upload: what is left to the collector stays for several uploads, and
 * memory grows meanwhile. Nobody may still be sending from it.
 */
export function keepPartBuffer(buffer: Buffer): void {
  const keptBytes = spare.reduce((sum, { length }) => sum + length, buffer.length)
  if (keptBytes <= KEPT_BYTES) spare.push(buffer)
}
