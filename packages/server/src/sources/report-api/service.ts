import { z } from 'zod'
import { AnswerPathText } from './answer-path.ts'
import { isPlaceholder, PLACEHOLDERS, placeholdersIn } from './placeholders.ts'

/** A report service as a person describes it: what is sent, and where in its answers things stand. Nothing is evaluated. */

/** Headers that carry secrets belong under `auth`, which is sealed. */
const SECRET_HEADERS = /^(authorization|proxy-authorization|cookie|x-api-key|api-key)$/i
/** Ours to set: with another value a request could be cut in two. */
const OUR_HEADERS =
  /^(host|content-length|transfer-encoding|connection|accept-encoding|range|if-range|expect|upgrade)$/i

function knownPlaceholders(value: unknown, context: z.core.$RefinementCtx): void {
  for (const name of placeholdersIn(value)) {
    if (isPlaceholder(name)) continue
    context.addIssue({ code: 'custom', message: `holds {${name}}, which stands for nothing. ${PLACEHOLDERS}` })
  }
}

const Template = z.string().max(2000).superRefine(knownPlaceholders)

export const Headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is not the name of a header')
      .refine((name) => !OUR_HEADERS.test(name), 'is a header that the hub sets itself')
      .refine((name) => !SECRET_HEADERS.test(name), 'carries a secret: describe it under auth, which is sealed'),
    Template.refine((value) => /^[\t\x20-\x7e]*$/.test(value), 'must be printable ASCII'),
  )
  .default({})
  .meta({ description: 'Headers of every request to the service' })

const Request = {
  path: Template.refine((path) => path.startsWith('/') && !path.startsWith('//'), 'must begin with one /').meta({
    description: 'Path and query, after baseUrl',
  }),
  headers: Headers.meta({ description: 'Headers of this request only' }),
  body: z.json().superRefine(knownPlaceholders).optional().meta({ description: 'The JSON to send' }),
}

const Words = z.array(z.string().min(1).max(200)).max(50)

export const Create = z.strictObject({
  method: z.enum(['POST', 'PUT', 'GET']).default('POST'),
  ...Request,
  reportId: AnswerPathText.meta({ description: 'Where the answer has the id of the report' }),
  duplicate: z
    .strictObject({
      status: z.number().int().min(400).max(499),
      reportId: AnswerPathText,
      after: z.string().min(1).max(200).optional().meta({
        description: 'The id is what follows these words in the text that stands there',
      }),
      same: z.array(AnswerPathText).max(50).default([]).meta({
        description: 'What must stand in the answer to poll as it stands in body, or it is another report',
      }),
    })
    .optional()
    .meta({ description: 'How the service says that this very report was asked for already, and names it' }),
})

export const Poll = z.strictObject({
  method: z.enum(['GET', 'POST']).default('GET'),
  ...Request,
  state: AnswerPathText.meta({ description: 'Where the answer has the state of the report' }),
  pending: Words.min(1).meta({ description: 'States that mean: being produced' }),
  ready: Words.min(1).meta({ description: 'States that mean: to be downloaded' }),
  failed: Words.default([]).meta({ description: 'States that mean: it will not come' }),
  empty: Words.default([]).meta({ description: 'States that mean: there are no rows' }),
  url: AnswerPathText.optional().meta({ description: 'Where the answer has the URL of the report' }),
  rows: AnswerPathText.optional().meta({ description: 'Where the answer has the number of rows' }),
  everySeconds: z.number().min(0.05).max(3600).default(30).meta({ description: 'How often to ask' }),
})

export const Download = z.strictObject({
  path: Request.path.optional().meta({ description: 'The path to download from, where poll names no URL' }),
  headers: Headers.meta({
    description: 'Headers of the download; headers and auth of the service are not sent to a URL',
  }),
  urlNeedsAuth: z.boolean().default(false).meta({
    description: 'Send headers and auth of the service to the URL as well; only if it is of the same origin as baseUrl',
  }),
  format: z.enum(['json', 'json-lines', 'csv']).meta({ description: 'gzip is recognised by itself' }),
  records: AnswerPathText.refine((path) => !path.includes('['), 'must be names only')
    .optional()
    .meta({
      description: 'Where in the JSON the list of records stands; absent: the JSON is the list',
    }),
})

/** A test is for no report and no days. */
const OF_TESTS = new Set(['account', 'timeZone'])

export const Test = z
  .strictObject({
    method: z.enum(['GET', 'POST']).default('GET'),
    ...Request,
    accounts: z
      .strictObject({
        list: AnswerPathText.optional().meta({ description: 'Where the list stands; absent: the answer is the list' }),
        id: AnswerPathText.meta({ description: 'Where an entry has the id of the account' }),
        timeZone: AnswerPathText.optional().meta({
          description: 'Where an entry has the zone in which the account counts its days',
        }),
        next: AnswerPathText.optional().meta({
          description: 'Where the answer has the URL of the next page, or a token for it; absent: there is one page',
        }),
        nextParameter: z
          .string()
          .regex(/^[\w.[\]-]{1,100}$/, 'is not the name of a parameter')
          .optional()
          .meta({ description: 'The parameter of the query that takes the token; absent: there is a URL' }),
      })
      .refine(({ next, nextParameter }) => next !== undefined || nextParameter === undefined, {
        path: ['nextParameter'],
        error: 'needs next: where the token stands',
      })
      .optional()
      .meta({
        description: 'The answer lists the accounts that the credentials see: those of the definition must be there',
      }),
  })
  .superRefine((test, context) => {
    for (const name of placeholdersIn([test.path, test.headers, test.body]))
      if (isPlaceholder(name) && !OF_TESTS.has(name))
        context.addIssue({
          code: 'custom',
          message: `holds {${name}}, which a test has not: there is {account} and {timeZone}`,
        })
  })

export type Test = z.output<typeof Test>
export type Create = z.output<typeof Create>
export type Poll = z.output<typeof Poll>
export type Download = z.output<typeof Download>
