import { usePreferences } from '../app/preferences.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Numbers as the reader's language writes them. */
export function useQuantities() {
  const { locale } = usePreferences()
  const format = new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en-US')
  const percent = new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en-US', { style: 'percent' })
  return {
    count: (count: number): string => format.format(count),
    /** `42 %` of a share between 0 and 1. */
    percent: (share: number): string => percent.format(share),
    /** `9.5 MB`: SI units, three digits. */
    bytes(bytes: number): string {
      let [value, unit] = [bytes, 0]
      while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1]
      return `${unit === 0 ? value : value.toPrecision(3)} ${UNITS[unit]}`
    },
    /** `420 ms`, `31 s`, `4 min 10 s`, `2 h 5 min` */
    duration(ms: number): string {
      if (ms < 1000) return `${Math.round(ms)} ms`
      const seconds = Math.round(ms / 1000)
      if (seconds < 60) return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${seconds} s`
      const minutes = Math.floor(seconds / 60)
      if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
      return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
    },
  }
}
