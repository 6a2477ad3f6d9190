import { resolve, type ApiOperation, type Document, type Schema } from './document.ts'

/** What a call looks like: made from the document, so that it says what the hub takes. */

const DEEPEST = 6
const BY_FORMAT: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T00:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com',
}

/** The smallest value that has the shape: what has to be there, with the first of each choice. */
export function exampleOf(schema: Schema, document: Document, depth = 0): unknown {
  const found = resolve(schema, document)
  const [choice] = found.anyOf ?? found.oneOf ?? found.allOf ?? []
  if (found.const !== undefined) return found.const
  if (found.default !== undefined) return found.default
  if (found.enum) return found.enum[0]
  if (choice && !found.properties) return depth > DEEPEST ? null : exampleOf(choice, document, depth + 1)
  const type = typeof found.type === 'string' ? found.type : found.type?.[0]
  if (type === 'object' || found.properties) {
    if (depth > DEEPEST) return {}
    const needed = Object.entries(found.properties ?? {}).filter(([name]) => found.required?.includes(name))
    return Object.fromEntries(needed.map(([name, one]) => [name, exampleOf(one, document, depth + 1)]))
  }
  if (type === 'array') return found.items && depth <= DEEPEST ? [exampleOf(found.items, document, depth + 1)] : []
  if (type === 'integer' || type === 'number') return 1
  if (type === 'boolean') return true
  return BY_FORMAT[found.format ?? ''] ?? '…'
}

/** A command to paste: the token stands in the environment, never in the text; what is to be filled in stands in `<…>`. */
export function curlOf(operation: ApiOperation, document: Document, base: string): string {
  const { method, path, parameters, body, answer } = operation
  const filled = path.replaceAll(/\{(\w+)\}/g, '<$1>')
  const needed = parameters.filter((one) => one.in === 'query' && one.required)
  const query = needed.map(({ name }) => `${name}=<${name}>`).join('&')
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} ${quoted(`${base}${filled}${query ? `?${query}` : ''}`)}`,
    `-H "Authorization: Bearer $DATAHUB_TOKEN"`,
    ...(body ? [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(exampleOf(body, document)))}`] : []),
    ...(answer?.type === 'application/zip' ? ['-o package.zip'] : []),
  ].join(' \\\n  ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
