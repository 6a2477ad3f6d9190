import type { ReactNode } from 'react'

interface PartProps {
  number: number
  title: string
  children: ReactNode
  /** By which a link leads to it. */
  id?: string
}

/** One of the numbered parts of a form. */
export function Section({ number, title, children, id }: PartProps) {
  return (
    <section id={id} className="scroll-mt-4 rounded-lg border border-line bg-surface p-4 shadow-card sm:p-5">
      <h2 className="mb-4 flex items-center gap-2.5 text-lg font-semibold">
        <span className="grid size-6 place-items-center rounded-full bg-accent-soft text-sm text-accent">{number}</span>
        {title}
      </h2>
      <div className="flex flex-col gap-4">{children}</div>
    </section>
  )
}

export interface SectionProps<Values> {
  values: Values
  onChange(change: Partial<Values>): void
  errors: Readonly<Record<string, string>>
}
