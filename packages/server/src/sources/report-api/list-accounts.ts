import { DataHubError } from '@datahub/core/error/data-hub-error'
import { stepsOf, textAt, valueAt } from './answer-path.ts'
import type { Answer } from './service-client.ts'
import type { Test } from './service.ts'

export type AccountList = NonNullable<Test['accounts']>

const DOING = 'read the list of accounts'
/** More of them than there can be accounts in a definition: the token leads round in a circle. */
const MOST_PAGES = 1000

/**
 * The ids of the accounts that a service lists, and what it says of each, page by page for as long as somebody asks.
 * `ask`: fetches a page; `page` gives its address by that of the first one.
 */
export async function* listAccounts(
  { list, id, next, nextParameter }: AccountList,
  ask: (page?: (first: URL) => URL) => Promise<Answer>,
): AsyncGenerator<readonly [string, unknown]> {
  let page: ((first: URL) => URL) | undefined
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { body, status } = await ask(page)
    const entries = list === undefined ? body : valueAt(body, stepsOf(list))
    if (!Array.isArray(entries)) {
      const hint = `There is no list of accounts ${list === undefined ? 'in the answer' : `at ${list}`}: correct test.accounts.`
      throw new DataHubError('source.answer_unreadable', DOING, { hint, facts: { httpStatus: status } })
    }
    for (const entry of entries) yield [textAt(entry, id) ?? '', entry]
    const following = next === undefined ? undefined : valueAt(body, stepsOf(next))
    if (typeof following !== 'string' || following === '') return
    page = (first) => addressOf(following, nextParameter, first)
  }
  throw new DataHubError('source.answer_unreadable', DOING, {
    hint: `There is another page after ${MOST_PAGES} of them: correct test.accounts.next.`,
  })
}

/** Headers and auth of the service go along, so to the service only. */
function addressOf(next: string, parameter: string | undefined, first: URL): URL {
  const url = new URL(first)
  if (parameter !== undefined) {
    url.searchParams.set(parameter, next)
    return url
  }
  if (URL.canParse(next, first.href)) {
    const linked = new URL(next, first)
    if (linked.origin === first.origin) return linked
  }
  throw new DataHubError('source.egress_blocked', DOING, {
    hint: 'What stands at test.accounts.next is no URL of the service, which alone gets the credentials. Is it a token? Then give nextParameter.',
  })
}
