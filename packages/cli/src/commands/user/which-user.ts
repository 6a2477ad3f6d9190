import { DataHubError } from '@datahub/core/error/data-hub-error'
import { nearest } from '@datahub/core/error/field-problems'
import type { Hub } from '../../client.ts'

/** How the help names it. */
export const WHICH_USER = 'id or e-mail address, from "datahub user list"'

/** The id of a user of the workspace. An e-mail address that nobody has there is `request.not_found`. */
export async function whichUser(hub: Hub, reference: string): Promise<number> {
  if (/^\d+$/.test(reference)) return Number(reference)
  const users = await hub.user.list()
  const email = reference.toLowerCase()
  const found = users.find((user) => user.email === email)
  if (found) return found.id
  const near = nearest(
    email,
    users.map((user) => user.email),
  )
  throw new DataHubError('request.not_found', `find the user "${reference}" in the workspace`, {
    hint: near ? `Did you mean "${near}"?` : '"datahub user list" shows who belongs to the workspace.',
  })
}
