import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { useState } from 'react'
import { Instant } from '../../components/time/time.tsx'
import { SearchBox } from '../../components/ui/search-box.tsx'
import { useMessages } from '../../i18n/messages.tsx'

/** What the hub has logged of an execution, oldest first, searchable. */
export function ExecutionLog({ events, zone }: { events: ExecutionDetail['events']; zone: string }) {
  const m = useMessages()
  const [text, setText] = useState('')
  const wanted = text.toLowerCase()
  const found = events.filter(({ step, message }) => `${step} ${message}`.toLowerCase().includes(wanted))
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{m.execution.log}</h3>
      {events.length === 0 ? (
        <p className="text-soft">{m.execution.noLog}</p>
      ) : (
        <>
          <SearchBox label={m.execution.find} value={text} onChange={setText} />
          <p role="status" className="text-sm text-faint">
            {m.execution.found(found.length)}
          </p>
          <ol className="divide-y divide-line/60 rounded-md border border-line bg-sunken font-mono text-xs">
            {found.map(({ at, attempt, step, message }, index) => (
              <li key={index} className="grid grid-cols-[auto_4.5rem_1fr] gap-x-3 px-3 py-1.5 max-sm:grid-cols-1">
                <span className="text-faint">
                  <Instant at={at} zone={zone} seconds /> #{attempt}
                </span>
                <span className="text-soft">{step}</span>
                <span className="min-w-0 break-words">{message}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  )
}
