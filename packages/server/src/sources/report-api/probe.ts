import type { Finding } from '@datahub/core/check/check-step'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { textAt } from './answer-path.ts'
import { placeholdersIn, type Filling } from './placeholders.ts'
import { listAccounts, type AccountList } from './list-accounts.ts'
import type { ServiceClient } from './service-client.ts'
import type { Test } from './service.ts'
import type { ReportApiConnection } from './settings.ts'

/** A test that is made of each account is made of so many; the others are as likely to work. */
const MOST_ASKED = 5
const MOST_SHOWN = 10
/** A test is of no day, and what asks for one is refused when it is defined. */
const NO_TIME = new Date(0)
const DOING = 'test the service'

type Account = NonNullable<ReportApiConnection['accounts']>[number]

/**
 * Asks the service what its definition says is cheap to ask, and says what was seen. Errors are those of any request;
 * `source.permission` when accounts of the definition are not among those that the service lists.
 */
export async function probe(
  connection: ReportApiConnection,
  test: Test,
  client: ServiceClient,
  signal: AbortSignal,
): Promise<Finding> {
  const { accounts = [], headers } = connection
  const ask = (account: Account | undefined) => client.ask(test, fillingOf(account, connection), DOING, signal)
  if (test.accounts) {
    const filling = fillingOf(undefined, connection)
    const listing = listAccounts(test.accounts, (page) =>
      client.ask({ ...test, ofNoAccount: true, ...(page && { page }) }, filling, DOING, signal),
    )
    const seen = await lookFor(accounts, listing)
    return compare(accounts, test.accounts, seen, connection.timeZone)
  }
  if (!placeholdersIn([test.path, test.headers, test.body, headers]).includes('account')) {
    await ask(accounts[0])
    return 'It answers.'
  }
  const asked = accounts.slice(0, MOST_ASKED)
  for (const account of asked) await ask(account)
  return `It answers for ${asked.length} of ${accounts.length} accounts.`
}

/** What was listed until all of them were found, by id. */
async function lookFor(
  accounts: readonly Account[],
  listing: AsyncIterable<readonly [string, unknown]>,
): Promise<ReadonlyMap<string, unknown>> {
  const wanted = new Set(accounts.map((account) => account.id))
  const seen = new Map<string, unknown>()
  for await (const [id, entry] of listing) {
    seen.set(id, entry)
    if (wanted.delete(id) && wanted.size === 0) break
  }
  return seen
}

function compare(
  accounts: readonly Account[],
  { timeZone }: AccountList,
  seen: ReadonlyMap<string, unknown>,
  commonZone: string,
): Finding {
  const missing = accounts.filter((account) => !seen.has(account.id)).map((account) => account.id)
  if (missing.length > 0) {
    const visible = [...seen.keys()].filter((known) => known !== '')
    const known = visible.length === 0 ? 'They see none.' : `They see ${shorten(visible)}.`
    throw new DataHubError('source.permission', DOING, {
      hint: `The credentials do not see ${shorten(missing)}: correct the id, or have access granted. ${known}`,
    })
  }
  const message = `The credentials see ${accounts.length === 1 ? 'the account' : `all ${accounts.length} accounts`}.`
  const zones =
    timeZone === undefined ? [] : accounts.flatMap((account) => otherZone(account, seen, timeZone, commonZone))
  if (zones.length === 0) return message
  return {
    warning: `${message} ${zones.map(({ id, real, said }) => `${id} counts its days in ${real}, not in ${said}`).join('; ')}.`,
    remedy: `Give these accounts the timeZone that the service says: otherwise days are asked for before they are over, or late.`,
  }
}

function otherZone(account: Account, seen: ReadonlyMap<string, unknown>, path: string, commonZone: string) {
  const real = textAt(seen.get(account.id), path)
  const said = account.timeZone ?? commonZone
  return real === undefined || nameOfZone(real) === nameOfZone(said) ? [] : [{ id: account.id, real, said }]
}

/** One name for all of a zone's; what is none stays as it is. */
function nameOfZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return name
  }
}

function shorten(ids: readonly string[]): string {
  const more = ids.length - MOST_SHOWN
  return ids.slice(0, MOST_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** There are no days and no report in a test; its placeholders cannot ask for them. */
function fillingOf(account: Account | undefined, connection: ReportApiConnection): Filling {
  return {
    from: NO_TIME,
    to: NO_TIME,
    until: NO_TIME,
    timeZone: account?.timeZone ?? connection.timeZone,
    account: account?.id ?? '',
    table: '',
    parameters: {},
    key: '',
    reportId: '',
  }
}
