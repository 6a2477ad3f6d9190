import type { HeldType } from '../targets/target.ts'

/** Whole numbers by what they hold, in decimal digits. */
const WHOLE: Partial<Record<HeldType['type'], number>> = { smallint: 5, integer: 10, bigint: 19 }

/**
 * What a column that holds `existing` must become to take `delivered` without loss: itself, a wider type, or undefined
 * when that would change what its values are.
 */
export function widened(existing: HeldType, delivered: HeldType): HeldType | undefined {
  if (existing.type === delivered.type)
    return existing.type === 'decimal' ? joinDecimals(existing, delivered) : existing
  // A column of text takes any value as it is written in the CSV.
  if (existing.type === 'text') return existing
  const digitsHere = WHOLE[existing.type]
  const digitsThere = WHOLE[delivered.type]
  if (digitsHere !== undefined && digitsThere !== undefined) return digitsHere >= digitsThere ? existing : delivered
  if (digitsHere !== undefined && delivered.type === 'decimal')
    return joinDecimals({ type: 'decimal', precision: digitsHere, scale: 0 }, delivered)
  if (existing.type === 'decimal' && digitsThere !== undefined)
    return joinDecimals(existing, { type: 'decimal', precision: digitsThere, scale: 0 })
  if (existing.type === 'double' && delivered.type === 'real') return existing
  if (existing.type === 'real' && delivered.type === 'double') return delivered
  return undefined
}

export function isSame(a: HeldType, b: HeldType): boolean {
  return a.type === b.type && a.precision === b.precision && a.scale === b.scale
}

/** Digits before and after the point for both; without limits where one has none. */
function joinDecimals(a: HeldType, b: HeldType): HeldType {
  if (a.precision === undefined) return a
  if (b.precision === undefined) return { type: 'decimal' }
  const [scaleA = 0, scaleB = 0] = [a.scale, b.scale]
  const scale = Math.max(scaleA, scaleB)
  const precision = Math.max(a.precision - scaleA, b.precision - scaleB) + scale
  return { type: 'decimal', precision, scale }
}
