import { nearest } from '../error/field-problems.ts'

export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov'

/** All regions of the three partitions that a customer can have an account in. A newer one works with its endpoint given. */
export const REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'mx-central-1'],
  ...['sa-east-1', 'sa-west-1', 'af-south-1', 'il-central-1', 'me-central-1', 'me-south-1', 'me-west-1'],
  ...['eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['ap-east-1', 'ap-east-2', 'ap-south-1', 'ap-south-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6'],
  ...['ap-southeast-7', 'cn-north-1', 'cn-northwest-1', 'us-gov-east-1', 'us-gov-west-1'],
] as const

/** The world of accounts that a region belongs to: keys and ARNs of one are unknown in the others. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/**
 * What is wrong with a region, as a sentence with a suggestion where there is one; undefined when it is right. With an
 * endpoint given (`custom`) every store names its regions as it likes, so only the shape is judged.
 */
export function regionProblem(region: string, where: 'amazon' | 'custom'): string | undefined {
  const quoted = JSON.stringify(region)
  if (where === 'custom') {
    const fits = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(region)
    return fits
      ? undefined
      : `A region has letters, digits and hyphens, ${quoted} is none; many stores take "us-east-1".`
  }
  if (REGIONS.some((known) => known === region)) return undefined
  const meant = suggestion(region)
  return `There is no region ${quoted}${meant ? `: did you mean "${meant}"?` : ', they look like "us-east-1".'} One that is new works with its endpoint given.`
}

/** Zones (`us-east-1a`), missing hyphens (`useast1`) and typing mistakes. */
function suggestion(region: string): string | undefined {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const wanted = bare(region)
  return (
    REGIONS.find((known) => bare(known) === wanted || (wanted.length > 5 && bare(known) === wanted.slice(0, -1))) ??
    nearest(region.trim(), REGIONS)
  )
}
