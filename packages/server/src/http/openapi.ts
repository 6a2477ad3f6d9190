import { API_PREFIX, contract } from '@datahub/core/api/contract'
import { DestinationView } from '@datahub/core/api/destination-shapes'
import { Problem } from '@datahub/core/api/error-shapes'
import { ExecutionDetail, ExecutionView } from '@datahub/core/api/execution-shapes'
import { SourceView } from '@datahub/core/api/source-shapes'
import { TaskView } from '@datahub/core/api/task-shapes'
import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { version } from '../version.ts'
import { PROBLEM_TYPE } from './problem.ts'

let document: Promise<OpenAPI.Document> | undefined

/** OpenAPI 3.1, made from the contract once per process. */
export function openApiDocument(): Promise<OpenAPI.Document> {
  document ??= generate().then(describeErrors)
  return document
}

function generate(): Promise<OpenAPI.Document> {
  return new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(contract, {
    info: {
      title: 'Data Hub',
      version,
      description:
        'Delivers report data as verified packages into customers’ storage. Errors are RFC 9457 problems; ids are the numbers of the sync log.',
    },
    servers: [{ url: API_PREFIX }],
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    commonSchemas: {
      Source: { schema: SourceView },
      Destination: { schema: DestinationView },
      Task: { schema: TaskView },
      Execution: { schema: ExecutionView },
      ExecutionDetail: { schema: ExecutionDetail },
      Problem: { schema: Problem },
    },
  })
}

/** Every operation may answer with a problem instead. */
function describeErrors(made: OpenAPI.Document): OpenAPI.Document {
  const schema = { $ref: '#/components/schemas/Problem' }
  const problem = { description: 'What went wrong, and the cure', content: { [PROBLEM_TYPE]: { schema } } }
  for (const path of Object.values(made.paths ?? {})) {
    for (const method of ['get', 'post', 'put', 'delete'] as const) {
      const operation = path?.[method]
      if (operation) operation.responses = { ...operation.responses, default: problem }
    }
  }
  return made
}
