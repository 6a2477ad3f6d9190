/** Names that Amazon keeps for its own kinds of buckets and aliases. */
const RESERVED_STARTS = ['xn--', 'sthree-', 'amzn-s3-demo-']
const RESERVED_ENDS = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3']

/**
 * What is wrong with a bucket name, one sentence per broken rule; empty when it is valid. We judge it ourselves because
 * S3 clients send `..`, an IP address or an access point to some other host than the one meant.
 */
export function bucketNameProblems(name: string): string[] {
  const pasted = pastedInstead(name)
  if (pasted !== undefined) return [pasted]
  const quoted = JSON.stringify(name)
  const problems: string[] = []
  const broken = (rule: boolean, sentence: string) => {
    if (rule) problems.push(sentence)
  }
  broken(name.length < 3 || name.length > 63, `A bucket name has 3 to 63 characters, ${quoted} has ${name.length}.`)
  broken(/[A-Z]/.test(name), `A bucket name has no upper-case letters: ${JSON.stringify(name.toLowerCase())}?`)
  broken(
    /[^A-Za-z0-9.-]/.test(name),
    `A bucket name has only letters, digits, hyphens and dots, not ${strangers(name)}.`,
  )
  broken(/^[.-]|[.-]$/.test(name), `A bucket name starts and ends with a letter or digit, ${quoted} does not.`)
  broken(name.includes('..'), `A bucket name has no two dots in a row, ${quoted} has.`)
  broken(/^\d+\.\d+\.\d+\.\d+$/.test(name), `A bucket name is not an IP address, ${quoted} is.`)
  const start = RESERVED_STARTS.find((reserved) => name.startsWith(reserved))
  broken(start !== undefined, `A bucket name does not start with "${start}", which Amazon keeps for itself.`)
  const end = RESERVED_ENDS.find((reserved) => name.endsWith(reserved))
  broken(end !== undefined, `A bucket name does not end with "${end}": that is an alias or another kind of bucket.`)
  return problems
}

/** The usual things that people paste instead of the name, each with the name that they meant. */
function pastedInstead(name: string): string | undefined {
  const quoted = JSON.stringify(name)
  if (name === '') return 'Enter the name of the bucket.'
  if (name.trim() !== name) return `A bucket name has no spaces around it: ${JSON.stringify(name.trim())}?`
  const arn = /^arn:[a-z-]+:s3:::([^/]+)/.exec(name)
  if (arn) return `${quoted} is an ARN; enter only the name, "${arn[1]}".`
  const address = /^s3:\/\/([^/]+)/i.exec(name)
  if (address) return `${quoted} is an address; enter only the name, "${address[1]}".`
  if (/^https?:\/\//i.test(name)) return `${quoted} is an address; enter only the name of the bucket.`
  const [first = ''] = name.split('/', 1)
  if (name.includes('/')) return `A bucket name has no folder: enter "${first}", and the folder as the prefix.`
  return undefined
}

function strangers(name: string): string {
  return [...new Set(name.match(/[^A-Za-z0-9.-]/gu))].map((character) => JSON.stringify(character)).join(', ')
}
