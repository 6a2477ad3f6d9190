import type { ErrorView } from '@datahub/core/api/error-shapes'

const RETRIES: Record<ErrorView['retry'], string> = {
  later: 'yes, for hours',
  soon: 'yes, up to three times',
  never: 'no: somebody has to change something first',
}

const FAULTS: Record<ErrorView['fault'], string> = {
  customer: 'whoever set up the data source or destination',
  operator: 'whoever runs the hub',
  service: 'nobody: it is a defect or an accident of the hub',
}

/** Who has to act, in words. */
export function faultWords({ fault }: ErrorView): string {
  return FAULTS[fault]
}

export function retryWords({ retry }: ErrorView): string {
  return RETRIES[retry]
}
