import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Invitation, NewUser, RoleName, UserView } from './access-shapes.ts'
import { Nothing, PathId } from './values.ts'

const tags = ['users']
const UserRef = z.object({ id: PathId })

/** The users of a workspace. */
export const userRoutes = {
  list: oc
    .route({ method: 'GET', path: '/users', tags, summary: 'List the users of the workspace' })
    .output(z.array(UserView)),
  create: oc
    .route({
      method: 'POST',
      path: '/users',
      tags,
      successStatus: 201,
      summary: 'Add a user to the workspace; one who is new to the hub gets an invitation',
    })
    .input(NewUser)
    .output(UserView.extend({ invitation: Invitation.nullable() })),
  setRole: oc
    .route({ method: 'PUT', path: '/users/{id}/role', tags, summary: 'Give a user another role in the workspace' })
    .input(UserRef.extend({ role: RoleName }))
    .output(UserView),
  remove: oc
    .route({ method: 'DELETE', path: '/users/{id}', tags, summary: 'Remove a user from the workspace' })
    .input(UserRef)
    .output(Nothing),
  disable: oc
    .route({
      method: 'POST',
      path: '/users/{id}/disable',
      tags,
      summary: 'End all sessions of a user; no more sign-in',
    })
    .input(UserRef)
    .output(UserView),
  enable: oc
    .route({ method: 'POST', path: '/users/{id}/enable', tags, summary: 'Let a disabled user sign in again' })
    .input(UserRef)
    .output(UserView),
  invite: oc
    .route({
      method: 'POST',
      path: '/users/{id}/invitation',
      tags,
      successStatus: 201,
      summary: 'Make a code with which the user sets a new password',
    })
    .input(UserRef)
    .output(Invitation),
}
