import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { isAtLeast, type LogLevel } from '@datahub/core/execution/log-level'
import { ArrowDown, ArrowUp, CircleX, Download, Info, TriangleAlert } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent } from 'react'
import { asProblem } from '../../api/problem.ts'
import { Instant } from '../../components/time/time.tsx'
import { Button, IconButton } from '../../components/ui/button.tsx'
import { cx } from '../../components/ui/class-names.ts'
import { FilterSelect } from '../../components/ui/filter-select.tsx'
import { SearchBox } from '../../components/ui/search-box.tsx'
import { notifyFailure } from '../../components/ui/notices.tsx'
import { Switch } from '../../components/ui/switch.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useLogLines, type LogLine } from './log-lines.ts'

/**
 * What the hub has logged of an execution, oldest first: by level, stage and attempt, with what is found one after the other.
 * Of a long log the end comes first; what is looked for is looked for in all of it.
 */
export function ExecutionLog({ execution, isRunning }: { execution: ExecutionDetail; isRunning: boolean }) {
  const m = useMessages()
  const [text, setText] = useState('')
  const [level, setLevel] = useState<'warn' | 'error'>()
  const [step, setStep] = useState<string>()
  const [attempt, setAttempt] = useState<string>()
  const [at, setAt] = useState(0)
  const [follows, setFollows] = useState(true)
  const list = useRef<HTMLOListElement>(null)
  const { lines: all, earlier, readEarlier } = useLogLines(execution)
  const lines = all.filter(
    (line) =>
      isAtLeast(line.level, level ?? 'info') &&
      (step === undefined || line.step === step) &&
      (attempt === undefined || String(line.attempt) === attempt),
  )
  const wanted = text.toLowerCase()
  const isLookedFor = wanted !== '' || level !== undefined || step !== undefined || attempt !== undefined
  const [isReading, setReading] = useState(false)
  const read = async (howMuch: 'page' | 'all') => {
    setReading(true)
    try {
      return await readEarlier(howMuch)
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
      return undefined
    } finally {
      setReading(false)
    }
  }
  const look = useEffectEvent(() => void read('all'))
  const found = wanted === '' ? [] : lines.flatMap((line, index) => (textOf(line).includes(wanted) ? [index] : []))
  const present = found[Math.min(at, found.length - 1)]
  const go = (by: number) => setAt((before) => (before + by + found.length) % Math.max(found.length, 1))

  const isAllNeeded = isLookedFor && earlier > 0
  useEffect(() => {
    if (isAllNeeded) look()
  }, [isAllNeeded])
  useEffect(() => {
    list.current?.querySelector('[data-present]')?.scrollIntoView({ block: 'nearest' })
  }, [present, text])
  useEffect(() => {
    if (isRunning && follows && list.current) list.current.scrollTop = list.current.scrollHeight
  }, [isRunning, follows, lines.length])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    go(event.shiftKey ? -1 : 1)
  }
  const distinct = (of: (line: LogLine) => string) => [...new Set(all.map(of))]
  if (all.length === 0)
    return (
      <section>
        <h3 className="mb-2 font-semibold">{m.execution.log}</h3>
        <p className="text-soft">{m.execution.noLog}</p>
      </section>
    )
  return (
    <section className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">{m.execution.log}</h3>
        <span className="flex items-center gap-3">
          {isRunning && (
            <Switch isSelected={follows} onChange={setFollows}>
              {m.execution.follow}
            </Switch>
          )}
          <Button
            size="small"
            isPending={isReading}
            onPress={() => void read('all').then((all) => all && download(execution.id, all))}
          >
            <Download aria-hidden size={14} />
            {m.execution.download}
          </Button>
        </span>
      </div>
      <div className="flex flex-wrap gap-2">
        <span
          className="flex min-w-[min(100%,26rem)] flex-1 items-center gap-1"
          onKeyDown={onKeyDown}
          role="presentation"
        >
          <SearchBox
            label={m.execution.find}
            value={text}
            onChange={(text) => {
              setText(text)
              setAt(0)
            }}
          />
          {wanted !== '' && (
            <>
              <span role="status" className="num px-1 text-sm whitespace-nowrap text-soft">
                {m.execution.found(found.length === 0 ? 0 : Math.min(at, found.length - 1) + 1, found.length)}
              </span>
              <IconButton label={m.execution.findPrevious} onPress={() => go(-1)} isDisabled={found.length < 2}>
                <ArrowUp aria-hidden size={15} />
              </IconButton>
              <IconButton label={m.execution.findNext} onPress={() => go(1)} isDisabled={found.length < 2}>
                <ArrowDown aria-hidden size={15} />
              </IconButton>
            </>
          )}
        </span>
        <FilterSelect<'warn' | 'error'>
          label={m.execution.level}
          anything={m.common.all}
          options={(['warn', 'error'] as const).map((key) => ({ key, title: m.execution.atLeast[key] }))}
          value={level}
          onChange={setLevel}
        />
        <FilterSelect
          label={m.execution.step}
          anything={m.common.all}
          options={distinct(({ step }) => step).map((key) => ({ key, title: key }))}
          value={step}
          onChange={setStep}
        />
        <FilterSelect
          label={m.execution.attempts}
          anything={m.common.all}
          options={distinct(({ attempt }) => String(attempt)).map((key) => ({
            key,
            title: m.execution.attempt(Number(key)),
          }))}
          value={attempt}
          onChange={setAttempt}
        />
      </div>
      <ol
        data-log
        ref={list}
        tabIndex={0}
        aria-label={m.execution.log}
        className="max-h-96 divide-y divide-line/60 overflow-y-auto rounded-md border border-line bg-sunken font-mono text-xs"
      >
        {earlier > 0 && (
          <li className="flex justify-center px-3 py-1.5 font-sans">
            <Button size="small" look="ghost" isPending={isReading} onPress={() => void read('page')}>
              {m.execution.earlier(earlier)}
            </Button>
          </li>
        )}
        {lines.map((line, index) => (
          <li
            key={line.id}
            data-present={index === present || undefined}
            className={cx(
              'grid grid-cols-[auto_auto_4.5rem_1fr] gap-x-3 px-3 py-1.5 [contain-intrinsic-size:auto_1.75rem] [content-visibility:auto] max-sm:grid-cols-1',
              index === present && 'bg-accent-soft',
            )}
          >
            <span className="text-faint">
              <Instant at={line.at} zone={execution.dataRange.timeZone} seconds /> #{line.attempt}
            </span>
            <Level level={line.level} />
            <span className="text-soft">{line.step}</span>
            <span className="min-w-0 break-words">
              <Marked text={line.message} wanted={wanted} />
            </span>
          </li>
        ))}
        {lines.length === 0 && <li className="px-3 py-2 font-sans text-sm text-soft">{m.execution.noLine}</li>}
      </ol>
    </section>
  )
}

const LEVEL_LOOKS: Record<LogLevel, string> = { info: 'text-faint', warn: 'text-warn', error: 'text-bad' }

/** A word and a shape, and not a colour alone. */
function Level({ level }: { level: LogLevel }) {
  const m = useMessages()
  const Icon = level === 'error' ? CircleX : level === 'warn' ? TriangleAlert : Info
  return (
    <span className={cx('flex min-w-16 items-center gap-1', LEVEL_LOOKS[level], level !== 'info' && 'font-semibold')}>
      <Icon aria-hidden size={12} className="shrink-0" />
      {m.execution.levels[level]}
    </span>
  )
}

function textOf({ step, message }: LogLine): string {
  return `${step} ${message}`.toLowerCase()
}

/** The text with what was searched for marked in it. */
function Marked({ text, wanted }: { text: string; wanted: string }) {
  if (wanted === '') return text
  const parts: { text: string; isMarked: boolean }[] = []
  let from = 0
  for (let at = text.toLowerCase().indexOf(wanted); at >= 0; at = text.toLowerCase().indexOf(wanted, from)) {
    parts.push({ text: text.slice(from, at), isMarked: false })
    from = at + wanted.length
    parts.push({ text: text.slice(at, from), isMarked: true })
  }
  parts.push({ text: text.slice(from), isMarked: false })
  return parts.map(({ text, isMarked }, index) =>
    isMarked ? (
      <mark key={index} className="rounded-[2px] bg-warn-soft text-ink outline outline-warn">
        {text}
      </mark>
    ) : (
      text
    ),
  )
}

/** The whole log as a text file, instants in UTC. */
function download(id: number, lines: readonly LogLine[]): void {
  const text = lines
    .map(({ at, attempt, level, step, message }) => `${at} #${attempt} ${level} ${step} ${message}\n`)
    .join('')
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `execution_${id}.log`
  link.click()
  URL.revokeObjectURL(url)
}
