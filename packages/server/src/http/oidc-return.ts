import type { Context } from 'hono'
import { NOBODY } from '../access/access.ts'
import type { Hub } from './hub.ts'
import { answer, clientOf, tellWhenToRetry, withHeaders } from './let-in.ts'
import { reportTo } from './problem.ts'

/** Like a sign-in with a password: the audit log has one word for both. */
const ACTION = 'session.signIn'

/**
 * Where the identity provider sends people back to: leads into the console, or to its sign-in page with the code of the
 * error. It is no operation of the contract, so it is paced and written down here.
 */
export async function returnFromProvider(hub: Hub, context: Context): Promise<Response> {
  const client = clientOf(context, hub.proxies)
  try {
    hub.pace.assertRequest(NOBODY.actor, client.from)
  } catch (error) {
    const known = reportTo(hub.logger, error)
    tellWhenToRetry(client, known)
    return withHeaders(answer(context, known), client.answer)
  }
  try {
    const access = await hub.signIn.finishOidc(client, new URL(context.req.url).search)
    await hub.audit.record(access, client.from, { action: ACTION, subject: access.actor.name, outcome: 'done' })
    return withHeaders(context.redirect('/'), client.answer)
  } catch (error) {
    const { code } = reportTo(hub.logger, error)
    await hub.audit.record(NOBODY, client.from, { action: ACTION, subject: '', outcome: code })
    return context.redirect(`/sign-in?error=${code}`)
  }
}
