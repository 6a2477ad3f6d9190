import { RIGHTS, type Least } from '@datahub/core/access/rights'
import { ChevronRight } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { CodeBlock } from '../../components/code.tsx'
import { Facts } from '../../components/page.tsx'
import { Table } from '../../components/table.tsx'
import { Disclosure } from '../../components/ui/disclosure.tsx'
import { useApiReferenceWords } from '../../i18n/api-reference.ts'
import type { ApiOperation, Document, Schema } from './document.ts'
import { curlOf } from './example.ts'
import { fieldsOf, typeOf } from './fields.ts'

interface EntryProps {
  operation: ApiOperation
  document: Document
}

/** One operation: closed a line, open all that one has to know to call it. */
export function OperationEntry({ operation, document }: EntryProps) {
  const [isOpen, setOpen] = useState(false)
  const { id, method, path, summary } = operation
  const panel = `operation-${id}`
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={panel}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full flex-wrap items-baseline gap-x-3 gap-y-0.5 px-4 py-2.5 text-left hover:bg-hover/60"
      >
        <ChevronRight
          aria-hidden
          size={15}
          className={isOpen ? 'rotate-90 self-center text-faint' : 'self-center text-faint'}
        />
        <code className="w-14 font-mono text-sm font-semibold">{method}</code>
        <code className="font-mono text-sm [overflow-wrap:anywhere]">{path}</code>
        {/* The document of the API is English, in whatever language the page is */}
        <span lang="en" className="min-w-0 flex-1 text-soft max-sm:basis-full">
          {summary}
        </span>
      </button>
      <div id={panel} hidden={!isOpen}>
        {isOpen && <Detail operation={operation} document={document} />}
      </div>
    </li>
  )
}

function Detail({ operation, document }: EntryProps) {
  const words = useApiReferenceWords()
  const { id, parameters, body, answer } = operation
  const least = (RIGHTS as Readonly<Record<string, Least>>)[id]
  return (
    <div className="flex flex-col gap-4 border-t border-line/70 bg-sunken/40 px-4 py-4">
      <Facts
        facts={[
          [
            'ID',
            <code key="i" className="font-mono text-sm">
              {id}
            </code>,
          ],
          ...(least ? [[words.needs, words.rights[least]] as const] : []),
        ]}
      />
      <CodeBlock what={words.command} text={curlOf(operation, document, `${window.location.origin}/api/v1`)} />
      {parameters.length > 0 && (
        <Part title={words.parameters}>
          <Table
            caption={words.parameters}
            rows={parameters}
            keyOf={({ name, in: place }) => `${place}/${name}`}
            columns={[
              {
                key: 'name',
                title: words.name,
                cell: ({ name, required }) => <Name path={name} isRequired={required ?? false} />,
              },
              { key: 'in', title: words.place, cell: ({ in: place }) => place },
              { key: 'type', title: words.type, cell: ({ schema }) => <Type of={typeOf(schema ?? {})} /> },
              {
                key: 'meaning',
                title: words.meaning,
                cell: ({ schema }) => <span lang="en">{schema?.description}</span>,
              },
            ]}
          />
        </Part>
      )}
      {body && <Shape title={words.body} schema={body} document={document} />}
      {answer?.schema && <Shape title={words.answer(answer.status)} schema={answer.schema} document={document} />}
    </div>
  )
}

/** The fields of a body or an answer, and the whole schema for whoever needs it. */
function Shape({ title, schema, document }: { title: string; schema: Schema; document: Document }) {
  const words = useApiReferenceWords()
  const fields = fieldsOf(schema, document)
  return (
    <Part title={title}>
      {fields.length === 0 ? (
        <p className="px-3 py-2">
          <Type of={typeOf(schema)} />
        </p>
      ) : (
        <Table
          caption={title}
          rows={fields}
          keyOf={({ path }) => path}
          columns={[
            { key: 'name', title: words.name, cell: (field) => <Name {...field} /> },
            { key: 'type', title: words.type, cell: ({ type }) => <Type of={type} /> },
            { key: 'meaning', title: words.meaning, cell: ({ description }) => <span lang="en">{description}</span> },
          ]}
        />
      )}
      <div className="px-3 py-2">
        <Disclosure title={words.schema} icon={<ChevronRight aria-hidden size={15} />}>
          <CodeBlock what={`${title}: ${words.schema}`} text={JSON.stringify(schema, null, 2)} />
        </Disclosure>
      </div>
    </Part>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="min-w-0">
      <h3 className="mb-1.5 text-sm font-medium text-soft">{title}</h3>
      <div className="overflow-x-auto rounded-md border border-line bg-surface">{children}</div>
    </section>
  )
}

function Name({ path, isRequired }: { path: string; isRequired: boolean }) {
  const words = useApiReferenceWords()
  return (
    <>
      <code className="font-mono text-sm">{path}</code>
      {isRequired && <span className="ml-2 text-sm text-soft">{words.required}</span>}
    </>
  )
}

function Type({ of }: { of: string }) {
  return <code className="font-mono text-xs text-soft [overflow-wrap:anywhere]">{of}</code>
}
