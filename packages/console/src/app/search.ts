import type { TaskStatusName } from '../components/status/status.tsx'

/** What each page keeps in the address. Whatever does not fit is left out: a link is never an error. */

type Raw = Record<string, unknown>

export interface TaskListSearch {
  q?: string
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
  }
}

const TABS = ['coverage', 'executions', 'files', 'activity', 'settings'] as const

export type TaskTab = (typeof TABS)[number]

/** `execution`: the one that is open beside the page. */
export function taskSearch(raw: Raw): { tab?: TaskTab; execution?: number } {
  return { tab: oneOf(raw['tab'], TABS), ...executionSearch(raw) }
}

export function executionSearch(raw: Raw): { execution?: number } {
  const id = Number(raw['execution'])
  return { execution: Number.isSafeInteger(id) && id > 0 ? id : undefined }
}

const SETTINGS = ['users', 'tokens', 'alerts', 'sessions', 'system'] as const

export type SettingsTab = (typeof SETTINGS)[number]

/** `channel`: the channel of alerts that is open in the form; `new`: one to be added. */
export function settingsSearch(raw: Raw): { tab?: SettingsTab; channel?: string } {
  return { tab: oneOf(raw['tab'], SETTINGS), channel: text(raw['channel']) }
}

export function activitySearch(raw: Raw): { action?: string } {
  return { action: text(raw['action']) }
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

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function oneOf<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value)
}
