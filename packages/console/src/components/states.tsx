import type { Problem } from '@datahub/core/api/error-shapes'
import type { UseQueryResult } from '@tanstack/react-query'
import { CircleAlert, Inbox, RefreshCw, SearchX, ShieldAlert, WifiOff, type LucideIcon } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { asProblem } from '../api/problem.ts'
import { useMessages } from '../i18n/messages.tsx'
import { sentences } from './sentences.ts'
import { Instant } from './time/time.tsx'
import { Button, TextLink } from './ui/button.tsx'

/** The states that every page has besides the one with everything there. */

/** Grey shapes, after a moment only: what comes at once should not flicker. */
function Loading({ rows = 6 }: { rows?: number }) {
  const m = useMessages()
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), 200)
    return () => window.clearTimeout(timer)
  }, [])
  return (
    <div role="status" aria-label={m.common.loading} className="flex min-h-40 flex-col gap-3 py-2">
      {isLate &&
        Array.from({ length: rows }, (_, index) => (
          <div
            key={index}
            className="h-8 animate-pulse rounded-md bg-line/70"
            style={{ width: `${100 - ((index * 17) % 40)}%` }}
          />
        ))}
    </div>
  )
}

interface EmptyProps {
  title: string
  children?: ReactNode
  action?: ReactNode
  isFiltered?: boolean
  icon?: LucideIcon
}

/** Nothing is there yet, or (`isFiltered`) nothing matches; the two never look the same. */
export function Empty({ title, children, action, isFiltered, icon: Icon = isFiltered ? SearchX : Inbox }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-1.5 px-6 py-14 text-center">
      <span className="mb-2 grid size-11 place-items-center rounded-full bg-sunken text-faint">
        <Icon aria-hidden size={21} />
      </span>
      <p className="text-lg font-semibold">{title}</p>
      {children && <div className="max-w-md text-soft">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}

/** What could not be done, and the way out of it. */
export function ProblemBlock({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const m = useMessages()
  const isForbidden = problem.status === 403
  const Icon = isForbidden ? ShieldAlert : problem.code === 'hub.unreachable' ? WifiOff : CircleAlert
  const reference = problem.facts['requestId'] ?? problem.facts['reference']
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-bad/40 bg-bad-soft px-4 py-3.5">
      <Icon aria-hidden size={19} className="mt-0.5 shrink-0 text-bad" />
      <div className="min-w-0">
        <p className="font-medium break-words">
          {problem.code === 'hub.unreachable' ? m.common.unreachable : problem.detail}
        </p>
        <p className="mt-0.5 text-soft break-words">
          {problem.code === 'hub.unreachable' ? m.common.unreachableCure : problem.cure}
        </p>
        {problem.errors.length > 0 && (
          <ul className="mt-2 list-disc pl-5 text-soft">
            {problem.errors.map(({ field, problem: what, cure }) => (
              <li key={field}>
                <code className="font-mono text-sm text-ink">{field}</code> {sentences(what, cure)}
              </li>
            ))}
          </ul>
        )}
        <p className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-soft">
          <TextLink to="/help/errors/$code" params={{ code: problem.code }}>
            <code className="font-mono">{problem.code}</code>
          </TextLink>
          {reference !== undefined && <code className="font-mono text-faint">{reference}</code>}
          {retry && (
            <Button size="small" onPress={retry}>
              <RefreshCw aria-hidden size={14} />
              {m.common.tryAgain}
            </Button>
          )}
        </p>
      </div>
    </div>
  )
}

/** In place of what only somebody with the role may do: who can grant it. */
export function NoRight({ least }: { least: 'operator' | 'admin' }) {
  const m = useMessages()
  return <Empty title={m.common.noRight(m.common.roles[least])} icon={ShieldAlert} />
}

interface AnswerProps<Data> {
  of: UseQueryResult<Data>
  children: (data: Data) => ReactNode
  loading?: ReactNode
}

/** An answer in whatever state it is: coming, failed, there, or there but old because the hub is out of reach. */
export function Answer<Data>({ of, children, loading }: AnswerProps<Data>) {
  if (of.data === undefined) {
    if (of.isError) return <ProblemBlock problem={asProblem(of.error)} retry={() => void of.refetch()} />
    return <>{loading ?? <Loading />}</>
  }
  return (
    <>
      {of.isError && <Stale since={of.dataUpdatedAt} />}
      {children(of.data)}
    </>
  )
}

/** Over the foot of the page: what one reads stays where it is. */
function Stale({ since }: { since: number }) {
  const m = useMessages()
  return (
    <p
      role="status"
      data-stale
      className="fixed inset-x-3 bottom-3 z-20 mx-auto flex w-fit flex-wrap items-center gap-x-2 rounded-md border border-warn bg-warn-soft px-3 py-2 text-sm text-warn shadow-pop"
    >
      <WifiOff aria-hidden size={15} />
      {m.common.asOf} <Instant at={new Date(since).toISOString()} seconds /> · {m.common.reconnecting}
    </p>
  )
}
