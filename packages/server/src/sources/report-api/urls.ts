import { z } from 'zod'

/** An absolute https URL, or an http one of this machine, without a user and password in it. */
export const UrlText = z
  .string()
  .max(2000)
  .superRefine((text, context) => {
    const problem = problemOfUrl(text)
    if (problem) context.addIssue({ code: 'custom', message: problem })
  })

/** What is wrong with a URL, whoever named it; undefined: nothing. Whether its address is allowed is the policy's question. */
export function problemOfUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as https://reports.example.com'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password'
  if (url.protocol === 'https:') return undefined
  return url.protocol === 'http:' && isThisMachine(url.hostname) ? undefined : 'must begin with https://'
}

/** `[::1]` → `::1`, as sockets want it. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
