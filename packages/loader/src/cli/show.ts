import { styleText } from 'node:util'
import type { LoadReport } from '../load-task.ts'
import type { LoadEvent, PackageResult } from '../session.ts'
import type { TaskStatus } from '../task-status.ts'
import type { VerifiedTable } from '../verify-task.ts'

type Tone = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

/** Colours for a terminal that wants them. */
function paint(tone: Tone, text: string): string {
  const plain = !process.stdout.isTTY || Boolean(process.env.NO_COLOR) || process.env.TERM === 'dumb'
  return plain ? text : styleText(tone, text, { validateStream: false })
}

/** Text from a bucket, made safe for a terminal. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  )
}

const AGAIN = 'What was refused is loaded by "datahub-loader reload --refused", once its cause is mended.'

export function reportText(report: LoadReport, isDryRun: boolean): string {
  if (report.packages.length === 0) return `Task ${report.taskId}: nothing to do.`
  const rows = report.packages.flatMap(linesOf)
  const inState = (state: PackageResult['state']) => report.packages.filter((one) => one.state === state)
  const planned = inState('planned')
  const sum = isDryRun
    ? `${count(planned.length, 'package')} with ${count(
        planned.reduce((total, one) => total + one.rows, 0),
        'row',
      )} would be loaded`
    : `${count(inState('loaded').length, 'package')}, ${count(report.rows, 'row')} loaded`
  const others = (['superseded', 'already loaded'] as const)
    .filter((state) => inState(state).length > 0)
    .map((state) => `, ${inState(state).length} ${state}`)
  const refused = report.refused > 0 ? paint('red', `, ${report.refused} refused`) : ''
  const again = report.refused > 0 && !isDryRun ? `\n${AGAIN}` : ''
  return `${columns([['Package', 'Table', 'Mode', 'Rows', 'State'], ...rows], [3])}\n\nTask ${report.taskId}: ${sum}${others.join('')}${refused}.${again}`
}

function linesOf({ packageName, state, tables, reason }: PackageResult): string[][] {
  const note = reason === undefined ? state : `${state}: ${visible(reason)}`
  if (tables.length === 0) return [[visible(packageName), '-', '-', '-', note]]
  return tables.map(({ table, mode, rows }, at) => [
    at === 0 ? visible(packageName) : '',
    table,
    mode,
    rows.toLocaleString('en-US'),
    at === 0 ? note : '',
  ])
}

export function statusText(status: TaskStatus): string {
  const lag = status.lagMs === null ? 'unknown' : durationWords(status.lagMs)
  const lines = [
    `Task ${status.taskId}`,
    `  loaded      ${count(status.loaded, 'package')}, ${count(status.rows, 'row')}${status.lastLoaded ? `, last ${status.lastLoaded.packageName} at ${status.lastLoaded.recordedAt}` : ''}`,
    `  superseded  ${status.superseded}`,
    `  pending     ${status.pending.length}${status.pending.length > 0 ? `, the oldest ${visible(status.pending[0]?.packageName ?? '')} for ${lag}` : ''}`,
    `  refused     ${status.refused.length}`,
    ...status.refused.map(({ packageName, reason }) => `    ${visible(packageName)}: ${visible(reason)}`),
    ...(status.refused.length > 0 ? [`  ${AGAIN}`] : []),
    ...status.notes.map((note) => `  ${paint('yellow', 'Note:')} ${visible(note)}`),
  ]
  return lines.join('\n')
}

export function verifiedText(tables: readonly VerifiedTable[]): string {
  if (tables.length === 0) return 'Nothing has been loaded yet.'
  const rows = tables.map((one) => [
    one.table,
    String(one.packages),
    one.expectedRows.toLocaleString('en-US'),
    one.foundRows.toLocaleString('en-US'),
    one.isRight ? 'right' : 'WRONG',
    one.partly > 0 ? `${one.partly} partly replaced, not counted` : '',
  ])
  return columns([['Table', 'Packages', 'Expected', 'Found', '', ''], ...rows], [1, 2, 3])
}

const REPAINT_MS = 100

/** On a terminal one line that is painted again; undefined anywhere else. */
export function progressLine(): ((event: LoadEvent) => void) | undefined {
  const { stderr } = process
  if (!stderr.isTTY) return undefined
  let [pending, done, shownAt] = [0, 0, 0]
  // A terminal that does not know its width says 0.
  const show = (words: string) => stderr.write(`\r\u001b[2K${words.slice(0, (stderr.columns || 80) - 1)}`)
  const bar = (now: number) => `${'█'.repeat(Math.floor((20 * now) / pending)).padEnd(20, '░')}  ${done}/${pending}`
  return (event) => {
    if (event.kind === 'found') [pending, done] = [event.pending, 0]
    if (event.kind === 'done') done += 1
    if (event.kind !== 'progress') {
      show(done < pending ? bar(done) : '')
    } else if (Date.now() - shownAt >= REPAINT_MS) {
      shownAt = Date.now()
      const share = event.doneBytes / Math.max(1, event.totalBytes)
      const now = event.stage === 'load' ? done + share : done
      show(`${bar(now)}  ${event.stage} ${Math.floor(100 * share)} %  ${visible(event.packageName)}`)
    }
  }
}

function durationWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return `${Math.round(ms / 1000)} s`
  if (minutes < 60) return `${minutes} min`
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 1440)} days`
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
}

function columns(rows: readonly (readonly string[])[], right: readonly number[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  return rows
    .map((row, line) => {
      const text = row
        .map((cell, at) => (right.includes(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd()
      return line === 0 ? paint('bold', text) : text
    })
    .join('\n')
}
