import type { Notice } from '@datahub/core/api/operation-shapes'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { query } from '../api/hub.ts'
import { useSystemWords } from '../i18n/system.ts'
import { useMay } from './me.ts'

const EVERY_MS = 30_000

/** What everybody should know about the hub, above every page: why nothing is delivered, or soon will not be. */
export default function Banners() {
  const words = useSystemWords()
  const may = useMay()
  const { data: notices = [] } = useQuery(query.hub.notices.queryOptions({ refetchInterval: EVERY_MS }))
  if (notices.length === 0) return null
  return (
    <section aria-label={words.notices} className="mx-auto w-full max-w-[90rem] px-4 pt-4 sm:px-7">
      <ul aria-live="polite" className="flex flex-col gap-2">
        {notices.map((notice) => (
          <li
            key={notice.code}
            className="flex flex-wrap items-start gap-x-3 gap-y-1 rounded-lg border border-warn/40 bg-warn-soft px-4 py-2.5"
          >
            <TriangleAlert aria-hidden size={17} className="mt-0.5 shrink-0 text-warn" />
            <span className="min-w-0 flex-1">{sentence(words.notice, notice)}</span>
            {may('hub.operation') && (
              <Link to="/settings" search={{ tab: 'system' }} className="font-medium text-accent underline">
                {words.details}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function sentence(words: ReturnType<typeof useSystemWords>['notice'], { code, processes }: Notice): string {
  const said = words[code]
  return typeof said === 'string' ? said : said(processes)
}
