import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { preferences } from '../../app/preferences.ts'
import { asProblem, isProblem, ProblemError, unknown } from '../../api/problem.ts'
import { Card, Page } from '../../components/page.tsx'
import { Answer, Empty } from '../../components/states.tsx'
import { Button, TextLink } from '../../components/ui/button.tsx'
import { SearchBox } from '../../components/ui/search-box.tsx'
import { useApiReferenceWords } from '../../i18n/api-reference.ts'
import { useMessages } from '../../i18n/messages.tsx'
import { operationsOf, type ApiOperation, type Document } from './document.ts'
import { OperationEntry } from './operation-entry.tsx'

const ADDRESS = '/api/v1/openapi.json'

/** The API of this hub, from the document that it serves itself: nothing comes from anywhere else. */
export function ApiPage() {
  const m = useMessages()
  const words = useApiReferenceWords()
  const { q = '' } = useSearch({ from: '/signed-in/help/api' })
  const navigate = useNavigate({ from: '/help/api' })
  const find = (text: string | undefined) => void navigate({ search: { q: text || undefined }, replace: true })
  const document = useQuery({ queryKey: ['openapi'], queryFn: fetchDocument, staleTime: Infinity })
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <a href={ADDRESS} className="text-accent underline underline-offset-2">
          {words.document}
        </a>
      }
    >
      <p className="mb-4 max-w-3xl text-soft">
        {words.problem} <TextLink to="/help/errors">{words.errors}</TextLink>
        <br />
        {words.tokenHint}{' '}
        <TextLink to="/settings" search={{ tab: 'tokens' }}>
          {words.tokens}
        </TextLink>
      </p>
      <div className="mb-4 flex max-w-md">
        <SearchBox label={words.search} value={q} onChange={find} />
      </div>
      <Answer of={document}>
        {(found) => {
          const operations = operationsOf(found).filter((one) => isMatch(one, q))
          return operations.length === 0 ? (
            <Card>
              <Empty
                isFiltered
                title={words.noMatch(q)}
                action={<Button onPress={() => find(undefined)}>{m.common.clearSearch}</Button>}
              />
            </Card>
          ) : (
            <>
              <p role="status" className="sr-only">
                {words.found(operations.length)}
              </p>
              <Groups operations={operations} document={found} />
            </>
          )
        }}
      </Answer>
    </Page>
  )
}

function Groups({ operations, document }: { operations: readonly ApiOperation[]; document: Document }) {
  return (
    <div className="flex flex-col gap-5">
      {[...Map.groupBy(operations, ({ tag }) => tag)].map(([tag, members]) => (
        <Card
          flush
          key={tag}
          title={
            <span lang="en" className="inline-block first-letter:uppercase">
              {tag}
            </span>
          }
        >
          <ul className="divide-y divide-line/70">
            {members.map((one) => (
              <OperationEntry key={one.id} operation={one} document={document} />
            ))}
          </ul>
        </Card>
      ))}
    </div>
  )
}

/** Every word of what is searched for. */
function isMatch({ id, method, path, summary }: ApiOperation, text: string): boolean {
  const all = `${id} ${method} ${path} ${summary}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

async function fetchDocument(): Promise<Document> {
  const headers = { 'Accept-Language': preferences().locale }
  const response = await fetch(ADDRESS, { headers, credentials: 'same-origin' }).catch((error: unknown) => {
    throw new ProblemError(asProblem(error))
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) return body as Document
  throw new ProblemError(isProblem(body) ? body : { ...unknown, status: response.status })
}
