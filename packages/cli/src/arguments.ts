import { isDay } from '@datahub/core/execution/data-range'
import { InvalidArgumentError } from 'commander'

/** A day such as 2024-01-31. */
export function asDay(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('It is not a day; write it like 2024-01-31.')
  return text
}

/** A whole number between two bounds, both included. */
export function asWholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
    }
    return value
  }
}

/** Status codes between commas: `5,7`. */
export function asStatuses(text: string): number[] {
  const statuses = text.split(',').map(Number)
  if (!/^[0-8](,[0-8])*$/.test(text)) throw new InvalidArgumentError('Statuses are numbers from 0 to 8: 5,7.')
  return statuses
}

/** Operations of the API between commas: `task.run,task.list`. Which there are, the hub knows. */
export function asOperations(text: string): string[] {
  const operations = text.split(',').map((operation) => operation.trim())
  if (operations.some((operation) => !/^\w+\.\w+$/.test(operation)))
    throw new InvalidArgumentError('Operations are named as in the API: task.run,task.list.')
  return operations
}

/** The id of an execution or a token. */
export function asId(text: string): number {
  const id = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(id) || id < 1) {
    throw new InvalidArgumentError('An id is a number, such as 42.')
  }
  return id
}

/** A name or id that becomes part of a path: what would mean another path is refused before it is sent. */
export function asReference(text: string): string {
  if (text.trim() === '' || text === '.' || text === '..') throw new InvalidArgumentError('It is not a name or an id.')
  return text
}
