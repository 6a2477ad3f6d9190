import { timeIn } from '../../time.ts'

/** What the code is for, on stderr beside it. */
export function invitationNote(who: string, expiresAt: string): string {
  return `The code sets the password of ${who} on the page /invitation, once, until ${timeIn('UTC', expiresAt)}.`
}
