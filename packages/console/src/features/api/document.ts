/** The hub's OpenAPI document, as far as the page reads it. */

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly description?: string
  readonly const?: unknown
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema?: Schema
}

interface OperationObject {
  readonly operationId: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** One operation with all that is shown of it. */
export interface ApiOperation {
  /** `noun.verb`, as in the table of rights. */
  readonly id: string
  readonly method: string
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | undefined
  /** HTTP status and shape of its success. */
  readonly answer: { readonly status: string; readonly type: string; readonly schema: Schema | undefined } | undefined
}

export function operationsOf({ paths }: Document): ApiOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, summary, tags, parameters, requestBody, responses }]) => {
      const [status, response] = Object.entries(responses).find(([code]) => code !== 'default') ?? []
      const [type, content] = Object.entries(response?.content ?? {})[0] ?? []
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        tag: tags?.[0] ?? '',
        summary: summary ?? '',
        parameters: parameters ?? [],
        body: requestBody?.content?.['application/json']?.schema,
        answer: status === undefined ? undefined : { status, type: type ?? '', schema: content?.schema },
      }
    }),
  )
}

/** What a reference stands for; everything else is itself. */
export function resolve(schema: Schema, { components }: Document): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return (name === undefined ? undefined : components.schemas[name]) ?? schema
}
