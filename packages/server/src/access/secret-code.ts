import { createHash, randomBytes } from 'node:crypto'

/** Codes that stand for a right: random, shown once, stored as their SHA-256. */
export function makeCode(prefix: string): { code: string; hash: Buffer } {
  const code = prefix + randomBytes(24).toString('base64url')
  return { code, hash: hashOfCode(code) }
}

export function hashOfCode(code: string): Buffer {
  return createHash('sha256').update(code).digest()
}
