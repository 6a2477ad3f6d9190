import { codes } from '@datahub/core/error/codes'
import { DataHubError } from '@datahub/core/error/data-hub-error'

/** Lets a connector judge settings by the world around; what it refuses is told against `field`, the place in the input. */
export function admitAt(field: string, admit: () => void): void {
  try {
    admit()
  } catch (error) {
    if (!(error instanceof DataHubError) || error.fields.length > 0) throw error
    const { hint, facts, code } = error
    const about = Object.values(facts)[0]
    const problem = about === undefined ? codes[code].summary : `${codes[code].summary} (${about})`
    throw new DataHubError(code, 'use these settings', { fields: [{ field, problem, cure: hint }], hint, facts })
  }
}
