import type { TaskStatusName } from '../components/status/status.tsx'

/** What each page keeps in the address. Whatever does not fit is left out: a link is never an error. */

type Raw = Record<string, unknown>

/** Where a list begins: what a page of it said, so that a link and a reload lead to the same rows. */
function cursorOf(raw: Raw): { cursor?: string } {
  const cursor = text(raw['cursor'])
  return { cursor: cursor && cursor.length <= 500 ? cursor : undefined }
}

export interface ListSearch {
  q?: string
  cursor?: string
}

/** `q`: what is searched for among the tasks of the last days. */
export function homeSearch(raw: Raw): ListSearch {
  return { q: text(raw['q']), ...cursorOf(raw) }
}

export interface TaskListSearch extends ListSearch {
  status?: TaskStatusName
  source?: string
  destination?: string
  mode?: 'recurring' | 'one-time'
}

export function taskListSearch(raw: Raw): TaskListSearch {
  return {
    q: text(raw['q']),
    status: oneOf(raw['status'], ['scheduled', 'running', 'paused', 'waiting', 'finished', 'failed']),
    source: text(raw['source']),
    destination: text(raw['destination']),
    mode: oneOf(raw['mode'], ['recurring', 'one-time']),
    ...cursorOf(raw),
  }
}

const TABS = ['coverage', 'executions', 'files', 'activity', 'settings'] as const

export type TaskTab = (typeof TABS)[number]

export interface TaskSearch {
  tab?: TaskTab
  /** The one that is open beside the page. */
  execution?: number
  /** Of the list on the tab. */
  cursor?: string
  /** The last day of the part of the calendar that is shown. */
  until?: string
  /** Of its activity: what is shown of it. */
  kind?: 'executions' | 'changes'
}

export function taskSearch(raw: Raw): TaskSearch {
  return {
    tab: oneOf(raw['tab'], TABS),
    ...executionSearch(raw),
    ...cursorOf(raw),
    until: day(raw['until']),
    kind: oneOf(raw['kind'], ['executions', 'changes']),
  }
}

export function executionSearch(raw: Raw): { execution?: number } {
  return { execution: wholeNumber(raw['execution']) }
}

const SETTINGS = ['users', 'tokens', 'alerts', 'sessions', 'system'] as const

export type SettingsTab = (typeof SETTINGS)[number]

/** `channel`: the channel of alerts that is open in the form; `new`: one to be added. */
export function settingsSearch(raw: Raw): { tab?: SettingsTab; channel?: string } {
  return { tab: oneOf(raw['tab'], SETTINGS), channel: text(raw['channel']) }
}

export interface ActivitySearch {
  action?: string
  actor?: string
  /** Only entries that are older, or newer, than this one: a page. */
  before?: number
  after?: number
}

export function activitySearch(raw: Raw): ActivitySearch {
  return {
    action: text(raw['action']),
    actor: text(raw['actor']),
    before: wholeNumber(raw['before']),
    after: wholeNumber(raw['after']),
  }
}

/** What is searched for in what the help lists: error codes, operations of the API. */
export function helpSearch(raw: Raw): { q?: string } {
  return { q: text(raw['q']) }
}

/** `from`: the id of the task that is duplicated. */
export function newTaskSearch(raw: Raw): { from?: string; source?: string } {
  return { from: text(raw['from']), source: text(raw['source']) }
}

export function destinationSearch(raw: Raw): { kind?: 's3' | 'filesystem' } {
  return { kind: oneOf(raw['kind'], ['s3', 'filesystem']) }
}

/** `to`: where one wanted to go before one was asked to sign in. `error`: the code with which the way back from the identity provider has ended. */
/** `to`: where the reader wanted to go, as a link says it; the page takes only what leads into the console. */
export function signInSearch(raw: Raw): { to?: string; error?: string } {
  return { to: text(raw['to']), error: text(raw['error']) }
}

function wholeNumber(value: unknown): number | undefined {
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

function day(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function oneOf<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value)
}
