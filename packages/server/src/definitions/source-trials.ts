import type { Estimate, Preview, SchemaView } from '@datahub/core/api/source-shapes'
import type { CheckStep } from '@datahub/core/check/check-step'
import { invalid } from '@datahub/core/error/data-hub-error'
import { countDays, rangeOfDays, type DataRange } from '@datahub/core/execution/data-range'
import type { Discovery, DiscoveryRequest } from '@datahub/core/source/discovery'
import type { SourceDefinition } from '@datahub/core/task/definition'
import type { ConnectionTests, TesterIn } from '../connection-tests/connection-tests.ts'
import type { Scope } from '../db/scope.ts'
import { makeDryRun, type DryRunTools } from '../delivery/dry-run.ts'
import { previewSource, tableOf, type PreviewRequest } from './preview-source.ts'
import type { SchemaService } from './schema-service.ts'
import { checkAndClose, type OpenedSource, type SourceService } from './source-service.ts'

const TIMEOUT_MS = 20_000

interface Days {
  readonly from: string
  readonly to: string
  readonly timeZone: string
}

/** A source by its name, or one whose values are not saved. */
export type SourceReference = string | SourceDefinition

/** What people try while they define a source. Nothing of it is delivered; how a test ended is written down. */
export class SourceTrials {
  readonly #sources: SourceService
  readonly #schemas: SchemaService
  readonly #tools: DryRunTools
  readonly #tests: ConnectionTests

  constructor(sources: SourceService, schemas: SchemaService, tools: DryRunTools, tests: ConnectionTests) {
    this.#sources = sources
    this.#schemas = schemas
    this.#tools = tools
    this.#tests = tests
  }

  /** Resolves once it can begin; the steps come as they are done. */
  async test(by: TesterIn, reference: SourceReference): Promise<AsyncGenerator<CheckStep>> {
    const { source, name, fingerprint } = await this.#open(by, reference)
    return this.#tests.keep(by, { noun: 'source', name, fingerprint }, checkAndClose(source))
  }

  async discover(scope: Scope, reference: SourceReference, request: DiscoveryRequest): Promise<Discovery> {
    // What its reports say does not matter to what there is: they may be half written
    const asked = typeof reference === 'string' ? reference : { ...reference, reports: [] }
    return this.#with(scope, asked, async ({ source, kind }) => {
      if (!source.discover) throw cannotBeSearched(kind)
      return source.discover(request, AbortSignal.timeout(TIMEOUT_MS))
    })
  }

  async preview(scope: Scope, reference: SourceReference, request: PreviewRequest): Promise<Preview> {
    return this.#with(scope, reference, async ({ source }) => previewSource(source, request, await this.#tools.now()))
  }

  async estimate(
    scope: Scope,
    reference: SourceReference,
    request: Days & { table?: string | undefined },
  ): Promise<Estimate> {
    return this.#with(scope, reference, async ({ source }) => {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const table = await tableOf(source, request.table, 'estimate', signal)
      return { table, rows: (await source.estimate?.(table, rangeOf(request), signal)) ?? null }
    })
  }

  async dryRun(
    scope: Scope,
    reference: SourceReference,
    request: Days & { tables?: readonly string[] | undefined },
  ): Promise<File> {
    return this.#with(scope, reference, async ({ source, name, maxRangeDays }) => {
      const range = rangeOf(request)
      if (countDays(range) > maxRangeDays) {
        const cure = `Choose at most ${maxRangeDays} days.`
        throw invalid('make the dry run', [{ field: 'to', problem: 'makes the range too long', cure }])
      }
      return makeDryRun(source, { dataSource: name, range, tables: request.tables }, this.#tools)
    })
  }

  async schemas(scope: Scope, name: string): Promise<SchemaView[]> {
    return this.#schemas.list(await this.#sources.idOf(scope, name))
  }

  async acceptSchema(scope: Scope, name: string, table: string | undefined): Promise<SchemaView[]> {
    const id = await this.#sources.idOf(scope, name)
    await this.#schemas.accept(id, table)
    return this.#schemas.list(id)
  }

  async #with<Result>(
    scope: Scope,
    reference: SourceReference,
    act: (opened: OpenedSource) => Promise<Result>,
  ): Promise<Result> {
    const opened = await this.#open(scope, reference)
    try {
      return await act(opened)
    } finally {
      await opened.source.close()
    }
  }

  #open(scope: Scope, reference: SourceReference): Promise<OpenedSource> {
    return typeof reference === 'string'
      ? this.#sources.openNamed(scope, reference)
      : this.#sources.openUnsaved(scope, reference, 'source')
  }
}

function rangeOf({ from, to, timeZone }: Days): DataRange {
  if (from <= to) return rangeOfDays(from, to, timeZone)
  const cure = 'Both days are included; the first comes first.'
  throw invalid('read the range', [{ field: 'to', problem: 'is before from', cure }])
}

function cannotBeSearched(kind: string) {
  const problem = `the reports of "${kind}" cannot be looked up`
  return invalid('look for tables', [{ field: 'kind', problem, cure: 'Write them as the guide to this kind says.' }])
}
