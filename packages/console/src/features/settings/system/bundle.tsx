import { Download } from 'lucide-react'
import { Card } from '../../../components/page.tsx'
import { useSystemWords } from '../../../i18n/system.ts'

/** What helps others to help, as one file. The answer names it; the browser's own session fetches it. */
export function Bundle() {
  const words = useSystemWords()
  return (
    <Card title={words.bundle}>
      <p className="mb-3 max-w-2xl text-soft">{words.bundleHint}</p>
      <a
        href="/api/v1/diagnostics"
        download
        className="inline-flex h-9 items-center gap-2 rounded-md border border-line bg-surface px-3 font-medium hover:bg-hover"
      >
        <Download aria-hidden size={16} />
        {words.bundle}
      </a>
    </Card>
  )
}
