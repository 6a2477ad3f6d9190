import { codes, type CodeFacts } from '@datahub/core/error/codes'
import { codesInChinese } from '@datahub/core/error/codes-zh'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Card, Facts, Page } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Button, ButtonLink, TextLink } from '../../components/ui/button.tsx'
import { SearchBox } from '../../components/ui/search-box.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { words } from '../../i18n/words.ts'

interface Row extends CodeFacts {
  readonly code: string
}

const rowsIn = (told: Readonly<Record<string, Pick<CodeFacts, 'summary' | 'cure'>>>): readonly Row[] =>
  Object.entries<CodeFacts>(codes).map(([code, facts]) => ({ ...facts, ...told[code], code }))

const useRows = words(rowsIn(codes), rowsIn(codesInChinese))

/** Every error code with meaning and action; it is part of the console, so that it is there without the hub. */
export function ErrorsPage() {
  const m = useMessages()
  const rows = useRows()
  const { q = '' } = useSearch({ from: '/signed-in/help/errors' })
  const navigate = useNavigate({ from: '/help/errors' })
  const find = (text: string | undefined) => void navigate({ search: { q: text || undefined }, replace: true })
  const wanted = q.toLowerCase()
  const found = rows.filter(({ code, summary, cure }) => `${code} ${summary} ${cure}`.toLowerCase().includes(wanted))
  const columns: readonly Column<Row>[] = [
    {
      key: 'code',
      title: m.error.code,
      className: 'min-w-36',
      cell: ({ code }) => (
        <TextLink to="/help/errors/$code" params={{ code }}>
          <code className="font-mono text-sm sm:whitespace-nowrap max-sm:break-all">{code}</code>
        </TextLink>
      ),
    },
    { key: 'meaning', title: m.error.meaning, cell: ({ summary }) => <Capitalised>{summary}</Capitalised> },
    { key: 'action', title: m.error.action, isMinor: true, cell: ({ cure }) => cure },
    {
      key: 'fault',
      title: m.error.fault,
      className: 'sm:whitespace-nowrap',
      cell: ({ fault }) => m.error.faults[fault],
    },
  ]
  return (
    <Page title={m.error.title} lead={m.error.lead}>
      <div className="mb-3 flex max-w-md">
        <SearchBox label={m.error.search} value={q} onChange={find} />
      </div>
      <Card flush>
        {found.length === 0 ? (
          <Empty
            isFiltered
            title={m.error.noMatch(q)}
            action={<Button onPress={() => find(undefined)}>{m.common.clearSearch}</Button>}
          />
        ) : (
          <Table caption={m.error.title} columns={columns} rows={found} keyOf={({ code }) => code} />
        )}
      </Card>
    </Page>
  )
}

export function ErrorPage() {
  const m = useMessages()
  const { code } = useParams({ from: '/signed-in/help/errors/$code' })
  const row = useRows().find((candidate) => candidate.code === code)
  return (
    <Page narrow title={code} lead={row && <Capitalised>{row.summary}</Capitalised>}>
      {row ? (
        <Card>
          <p className="mb-1 text-sm font-medium text-soft">{m.error.action}</p>
          <p className="mb-5 text-lg">{row.cure}</p>
          <Facts
            facts={[
              [m.error.fault, m.error.faults[row.fault]],
              [m.error.retry, m.error.retries[row.retry]],
              [m.error.http, row.httpStatus],
              [m.error.exit, row.exitCode],
            ]}
          />
        </Card>
      ) : (
        <Empty
          isFiltered
          title={m.error.noMatch(code)}
          action={<ButtonLink to="/help/errors">{m.error.title}</ButtonLink>}
        />
      )}
    </Page>
  )
}

/** What follows “Could not …:” in a sentence, standing alone. */
function Capitalised({ children }: { children: string }) {
  return <span className="block first-letter:uppercase">{children}</span>
}
