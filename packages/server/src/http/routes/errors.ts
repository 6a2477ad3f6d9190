import { codes } from '@datahub/core/error/codes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { nearest } from '@datahub/core/error/field-problems'
import { errorRegistry, findError, searchErrors } from '@datahub/core/error/registry'
import type { Implementer } from '../implementer.ts'

export function errorRoutes(os: Implementer) {
  const { error } = os
  return error.router({
    list: error.list.handler(({ input }) => (input.text ? searchErrors(input.text) : errorRegistry())),
    get: error.get.handler(({ input: { code } }) => {
      const found = findError(code)
      if (found) return found
      const near = nearest(code, Object.keys(codes))
      throw new DataHubError('request.not_found', `find the error code "${code}"`, {
        hint: near ? `Did you mean "${near}"?` : 'Search all codes for a word of the message.',
      })
    }),
  })
}
