/** What is wrong with a prefix before `reports/`, one sentence per broken rule; empty when it is valid. */
export function prefixProblems(prefix: string): string[] {
  const quoted = JSON.stringify(prefix)
  const problems: string[] = []
  if (prefix.startsWith('/'))
    problems.push(`A prefix has no leading slash, because S3 would make it part of every key; ${quoted} has.`)
  if (/[^a-z0-9_./-]/.test(prefix))
    problems.push(`A prefix has only lower-case letters, digits and _ . - /, ${quoted} has more.`)
  if (prefix.split('/').some((folder) => folder === '.' || folder === '..'))
    problems.push(`A prefix has no folder "." or "..", ${quoted} has.`)
  if (prefix.includes('//')) problems.push(`A prefix has no empty folder, ${quoted} has.`)
  if (prefix.length > 200) problems.push(`A prefix has at most 200 characters, this one has ${prefix.length}.`)
  return problems
}

/** `acme` → `acme/`; `''` stays. */
export function normalizePrefix(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
}
