import type { Change } from '@datahub/core/api/hub-shapes'
import { invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { HubDefinition } from '@datahub/core/task/definition'
import type { Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import type { PreparedTask } from '../tasks/prepared-task.ts'
import type { TaskSurroundings } from '../tasks/prepare-task.ts'
import type { TaskService } from '../tasks/task-service.ts'
import type { AlertChannelService, PreparedChannel } from '../alerts/channel-service.ts'
import type { DestinationService, PreparedDestination } from './destination-service.ts'
import type { PreparedSource, SourceService } from './source-service.ts'

interface Plan {
  readonly sources: readonly PreparedSource[]
  readonly destinations: readonly PreparedDestination[]
  readonly tasks: readonly PreparedTask[]
  readonly alertChannels: readonly PreparedChannel[]
}

/** Declarative definitions: what a file says is made so, whole or not at all. What it does not name stays as it is. */
export class HubService {
  readonly #db: Database
  readonly #sources: SourceService
  readonly #destinations: DestinationService
  readonly #tasks: TaskService
  readonly #alertChannels: AlertChannelService
  readonly #stored: (scope: Scope) => TaskSurroundings

  constructor(
    db: Database,
    sources: SourceService,
    destinations: DestinationService,
    tasks: TaskService,
    alertChannels: AlertChannelService,
    stored: (scope: Scope) => TaskSurroundings,
  ) {
    this.#db = db
    this.#sources = sources
    this.#destinations = destinations
    this.#tasks = tasks
    this.#alertChannels = alertChannels
    this.#stored = stored
  }

  async plan(scope: Scope, definition: HubDefinition): Promise<Change[]> {
    return changesOf(await this.#prepare(scope, definition))
  }

  /** What there is now of all that the definition names, as the API shows it; lists that it leaves out are empty. */
  async show(
    scope: Scope,
    { sources = [], destinations = [], tasks = [], alertChannels = [] }: Partial<HubDefinition>,
  ): Promise<object> {
    const named = <View extends { name: string }>(views: readonly View[], given: readonly { name: string }[]) =>
      views.filter(({ name }) => given.some((one) => one.name === name))
    return {
      sources: named(await this.#sources.list(scope), sources),
      destinations: named(await this.#destinations.list(scope), destinations),
      tasks: await this.#tasks.listNamed(
        scope,
        tasks.map(({ name }) => name),
      ),
      alertChannels: named(await this.#alertChannels.list(scope), alertChannels),
    }
  }

  async apply(scope: Scope, definition: HubDefinition): Promise<Change[]> {
    const plan = await this.#prepare(scope, definition)
    await this.#db.transaction().execute(async (tx) => {
      for (const source of plan.sources) if (source.changed.length > 0) await this.#sources.save(tx, scope, source)
      for (const destination of plan.destinations)
        if (destination.changed.length > 0) await this.#destinations.save(tx, scope, destination)
      for (const task of plan.tasks) if (task.changed.length > 0) await this.#tasks.save(tx, scope, task)
      for (const channel of plan.alertChannels)
        if (channel.changed.length > 0) await this.#alertChannels.save(tx, scope, channel)
    })
    return changesOf(plan)
  }

  /** Checks everything and collects every problem before anything is written. */
  async #prepare(scope: Scope, definition: HubDefinition): Promise<Plan> {
    const problems = [...duplicates(definition)]
    const stored = this.#stored(scope)
    const gather = async <T>(prepare: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await prepare()
      } catch (error) {
        if (!(error instanceof DataHubError) || error.fields.length === 0) throw error
        problems.push(...error.fields)
        return undefined
      }
    }
    const sources = await mapInOrder(definition.sources, (source, index) =>
      gather(() => this.#sources.prepare(scope, source, `sources[${index}]`)),
    )
    const destinations = await mapInOrder(definition.destinations, (destination, index) =>
      gather(() => this.#destinations.prepare(scope, destination, `destinations[${index}]`)),
    )
    const surroundings: TaskSurroundings = {
      source: async (name) => {
        const index = definition.sources.findIndex((source) => source.name === name)
        const given = definition.sources[index]
        if (!given) return stored.source(name)
        // A source that is wrong itself is told once, not again with every task
        return {
          maxRangeDays: given.maxRangeDays,
          tables: sources[index]?.tables ?? definition.tasks.flatMap((task) => task.reports ?? []),
          refreshDays: sources[index]?.kind.refreshDays,
          tellsChanges: sources[index]?.tellsChanges ?? true,
          grain: sources[index]?.grain,
        }
      },
      destination: async (name) =>
        definition.destinations.some((destination) => destination.name === name) || stored.destination(name),
    }
    const tasks = await mapInOrder(definition.tasks, (task, index) =>
      gather(() => this.#tasks.prepare(scope, task, `tasks[${index}]`, surroundings)),
    )
    const alertChannels = await mapInOrder(definition.alertChannels, (channel, index) =>
      gather(() => this.#alertChannels.prepare(scope, channel, `alertChannels[${index}]`)),
    )
    if (problems.length > 0) throw invalid('use these definitions', problems)
    return {
      sources: present(sources),
      destinations: present(destinations),
      tasks: present(tasks),
      alertChannels: present(alertChannels),
    }
  }
}

async function mapInOrder<T, R>(items: readonly T[], map: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const [index, item] of items.entries()) results.push(await map(item, index))
  return results
}

function present<T>(items: readonly (T | undefined)[]): T[] {
  return items.filter((item) => item !== undefined)
}

function* duplicates(definition: HubDefinition): Generator<FieldProblem> {
  for (const noun of ['sources', 'destinations', 'tasks', 'alertChannels'] as const) {
    const names = definition[noun].map((item) => item.name)
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue
      yield {
        field: `${noun}[${index}].name`,
        problem: `"${name}" stands there twice`,
        cure: 'Give each its own name.',
      }
    }
  }
}

function changesOf(plan: Plan): Change[] {
  const change = (
    noun: Change['noun'],
    item: { definition: { name: string }; existing: unknown; changed: readonly string[] },
  ): Change => ({
    noun,
    name: item.definition.name,
    action: item.existing === undefined ? 'create' : item.changed.length > 0 ? 'update' : 'unchanged',
    fields: item.existing === undefined ? [] : [...item.changed],
  })
  return [
    ...plan.sources.map((source) => change('source', source)),
    ...plan.destinations.map((destination) => change('destination', destination)),
    ...plan.tasks.map((task) => change('task', task)),
    ...plan.alertChannels.map((channel) => change('alertChannel', channel)),
  ]
}
