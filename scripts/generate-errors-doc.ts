/** `node scripts/generate-errors-doc.ts`: writes docs/errors.md from the table of error codes. */
import { codes, EXIT, type CodeFacts } from '@datahub/core/error/codes'
import { statusWords } from '@datahub/core/execution/status'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

export const errorsDocPath = resolve(import.meta.dirname, '../docs/errors.md')

const GROUPS: Readonly<Record<string, string>> = {
  request: 'The request',
  auth: 'The token',
  hub: 'The hub',
  execution: 'The execution',
  source: 'The data source',
  alert: 'Alerts on their way',
  package: 'The package',
  destination: 'The destination',
}

const FAULTS: Readonly<Record<CodeFacts['fault'], string>> = {
  customer: 'who entered it or owns the system at its other end',
  operator: 'the operator of the hub',
  service: 'nobody, or us if it stays',
}

const INTRODUCTION = `# Errors

<!-- Made by scripts/generate-errors-doc.ts from packages/core/src/error/codes.ts. Change those. -->

Every error has a code. The API sends it as \`code\` in a problem (RFC 9457), the command line prints the same words as
\`Error:\` and \`Try:\`, and the sync log gives the message as its Failure Reason. A hint that knows more takes the place
of the cure below. With \`Accept-Language: zh\` the API tells them in Chinese. What the codes of a storage mean, such as
\`SlowDown\`, is in [What a storage may answer](storage-errors.md).

**To act**: whose change helps. **Again**: whether an execution that fails with it is tried again
([later, soon or never](070-operate.md#how-faults-are-retried)). **Ends with**: the status of an execution that fails with
it for good after the source has accepted; before that it is always 3.
`

/** The whole document, as prettier would leave it. */
export function renderErrorsDoc(): string {
  const all = Object.entries<CodeFacts>(codes)
  const groups = Map.groupBy(all, ([code]) => code.split('.', 1)[0] ?? '')
  const chapters = [...groups].map(([group, entries]) => {
    const title = GROUPS[group]
    if (title === undefined) throw new Error(`scripts/generate-errors-doc.ts has no title for the codes ${group}.…`)
    return `\n## ${title}\n\n${entries.map(([code, facts]) => renderCode(code, facts)).join('\n')}`
  })
  return INTRODUCTION + chapters.join('')
}

function renderCode(code: string, facts: CodeFacts): string {
  const lines = [
    `- To act: ${FAULTS[facts.fault]}`,
    `- Again: ${facts.retry}`,
    `- HTTP ${facts.httpStatus}, exit code ${facts.exitCode}${exitWords(facts.exitCode)}`,
  ]
  if (facts.status !== undefined) lines.push(`- Ends with: ${facts.status} ${statusWords(facts.status)}`)
  return `### ${code}\n\n${sentence(facts.summary)} ${facts.cure}\n\n${lines.join('\n')}\n`
}

function exitWords(exitCode: number): string {
  return exitCode === EXIT.usage ? ' (wrong usage)' : ''
}

function sentence(summary: string): string {
  return `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`
}

if (import.meta.main) await writeFile(errorsDocPath, renderErrorsDoc())
