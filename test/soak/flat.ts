import type { Sample } from './samples.ts'

export interface Trend {
  readonly name: 'memoryMb' | 'fileDescriptors' | 'connections'
  readonly median: number
  readonly largest: number
  /** What the line through the second half rises from its first sample to its last. */
  readonly rise: number
  /** The largest rise that still counts as flat. */
  readonly bound: number
}

/**
 * How the second half of a run goes on; the first half warms up caches, pools and the compiler. The line of least squares
 * takes no notice of single peaks, which every delivery makes. Memory moves by what the garbage collector has not got to
 * yet, descriptors and connections by what is under way: so much they may rise.
 */
export function trendsOf(samples: readonly Sample[]): Trend[] {
  const half = samples.slice(Math.floor(samples.length / 2))
  return (['memoryMb', 'fileDescriptors', 'connections'] as const).map((name) => {
    const values = half.map((sample) => sample[name])
    const median = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
    const bound = name === 'memoryMb' ? 0.15 * median : name === 'fileDescriptors' ? 16 : 4
    return {
      name,
      median,
      largest: Math.max(...samples.map((sample) => sample[name])),
      rise: riseOf(half, name),
      bound,
    }
  })
}

export function isFlat({ rise, bound }: Trend): boolean {
  return rise <= bound
}

function riseOf(samples: readonly Sample[], name: Trend['name']): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [atX, atY] = [mean(samples.map(({ seconds }) => seconds)), mean(samples.map((sample) => sample[name]))]
  let [over, under] = [0, 0]
  for (const sample of samples) {
    over += (sample.seconds - atX) * (sample[name] - atY)
    under += (sample.seconds - atX) ** 2
  }
  const lasted = (samples.at(-1)?.seconds ?? 0) - (samples[0]?.seconds ?? 0)
  return under === 0 ? 0 : (over / under) * lasted
}
