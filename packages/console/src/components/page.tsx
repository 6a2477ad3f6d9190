import { useEffect, useRef, type ReactNode } from 'react'
import { cx } from './ui/class-names.ts'

interface PageProps {
  /** The heading, and with " · Data Hub" the title of the window. */
  title: string
  lead?: ReactNode
  actions?: ReactNode
  above?: ReactNode
  children: ReactNode
  /** For forms and texts, which are hard to read when they are wide. */
  narrow?: boolean
}

/** A page: one heading, which takes the focus when the page is come to. */
export function Page({ title, lead, actions, above, children, narrow }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Data Hub`
  }, [title])
  useEffect(() => {
    // A dialog or a field may have it already
    if (document.activeElement === document.body || document.activeElement === null)
      heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div className="mx-auto w-full max-w-[90rem] px-4 py-6 sm:px-7">
      {above}
      <header className="mb-5 grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-1 sm:grid-cols-[minmax(0,1fr)_auto]">
        <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight break-words outline-none!">
          {title}
        </h1>
        {lead && <div className="min-w-0 text-soft sm:col-span-2">{lead}</div>}
        {actions && (
          <div className="flex flex-wrap items-center gap-2 max-sm:mt-2 sm:col-start-2 sm:row-start-1 sm:self-start">
            {actions}
          </div>
        )}
      </header>
      {narrow ? <div className="max-w-4xl">{children}</div> : children}
    </div>
  )
}

interface CardProps {
  title?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
  flush?: boolean
}

/** What is told in place of the content keeps a distance from the edges. */
const IN_FLUSH = '[&>[role=alert]]:m-4 [&>[role=status][aria-label]]:px-4'

/** A part of a page with a heading of its own; `flush` when its content reaches the edges. */
export function Card({ title, actions, children, className, flush }: CardProps) {
  return (
    <section className={cx('min-w-0 rounded-lg border border-line bg-surface shadow-card', className)}>
      {title && (
        <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2.5">
          <h2 className="font-semibold">{title}</h2>
          {actions}
        </div>
      )}
      <div className={flush ? cx('relative overflow-x-auto', IN_FLUSH) : 'p-4'}>{children}</div>
    </section>
  )
}

/** Names and values beside each other. */
export function Facts({ facts }: { facts: readonly (readonly [name: ReactNode, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(0,1fr)] items-baseline gap-x-5 gap-y-2 max-sm:[&_dd]:-mt-2 sm:grid-cols-[fit-content(45%)_minmax(0,1fr)]">
      {facts.map(([name, value], index) => (
        <div key={index} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
