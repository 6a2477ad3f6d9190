import { oc } from '@orpc/contract'
import { z } from 'zod'
import {
  InvitationAnswer,
  MeView,
  PasswordChange,
  SessionView,
  SetupRequest,
  SignInOptions,
  SignInRequest,
} from './access-shapes.ts'
import { Nothing, PathId } from './values.ts'

const tags = ['sign-in']

/** Signing in and out, and what the caller is. A session is a cookie; scripts use API tokens. */
export const sessionRoutes = {
  options: oc
    .route({ method: 'GET', path: '/sign-in', tags, summary: 'How one can sign in here' })
    .output(SignInOptions),
  signIn: oc
    .route({ method: 'POST', path: '/sign-in', tags, summary: 'Sign in; the answer sets the cookie of the session' })
    .input(SignInRequest)
    .output(MeView),
  oidc: oc
    .route({
      method: 'POST',
      path: '/sign-in/oidc',
      tags,
      summary: 'Sign in with the identity provider: the address to go to',
    })
    .output(z.object({ url: z.string() })),
  signOut: oc.route({ method: 'POST', path: '/sign-out', tags, summary: 'End this session' }).output(Nothing),
  me: oc
    .route({ method: 'GET', path: '/me', tags, summary: 'Who the caller is, in which workspaces, and what they may' })
    .output(MeView),
  list: oc
    .route({ method: 'GET', path: '/sessions', tags, summary: "The caller's own sessions" })
    .output(z.array(SessionView)),
  revoke: oc
    .route({ method: 'DELETE', path: '/sessions/{id}', tags, summary: "End one of the caller's own sessions" })
    .input(z.object({ id: PathId }))
    .output(Nothing),
  changePassword: oc
    .route({
      method: 'POST',
      path: '/password',
      tags,
      summary: 'Change the own password; all sessions end but this one',
    })
    .input(PasswordChange)
    .output(Nothing),
}

/** The first administrator. Once there is one these answer 404 for ever. */
export const setupRoutes = {
  status: oc
    .route({ method: 'GET', path: '/setup', tags, summary: 'Whether the hub waits for its first administrator' })
    .output(z.object({ expiresAt: z.iso.datetime().nullable() })),
  create: oc
    .route({
      method: 'POST',
      path: '/setup',
      tags,
      successStatus: 201,
      summary: 'Create the first administrator with the code that the server has printed, and sign in',
    })
    .input(SetupRequest)
    .output(MeView),
}

export const invitationRoutes = {
  accept: oc
    .route({ method: 'POST', path: '/invitation', tags, summary: 'Set the own password with a code, and sign in' })
    .input(InvitationAnswer)
    .output(MeView),
}
