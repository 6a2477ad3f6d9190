/** The seed's status codes, as every sync log carries them (docs/format.md). */
export const STATUS = {
  pending: 0,
  running: 1,
  dispatchSuccess: 2,
  dispatchFail: 3,
  filePending: 4,
  fileGenerationFail: 5,
  fileSendSuccess: 6,
  fileSendFail: 7,
  fileDownloadFail: 8,
} as const

export type Status = (typeof STATUS)[keyof typeof STATUS]
export type FailedStatus = 3 | 5 | 7 | 8

const FROM: Record<Status, readonly Status[]> = {
  0: [],
  1: [0],
  2: [1],
  3: [0, 1],
  4: [2],
  5: [4],
  6: [4],
  7: [4],
  8: [2, 4],
}

const WORDS: Record<Status, string> = {
  0: 'pending',
  1: 'running',
  2: 'dispatch success',
  3: 'dispatch fail',
  4: 'file pending',
  5: 'file generation fail',
  6: 'file send success',
  7: 'file send fail',
  8: 'file download fail',
}

/** Whether an execution may go from one status to the other (docs/state-machine.md). */
export function mayFollow(from: Status, to: Status): boolean {
  return FROM[to].includes(from)
}

/** No attempt will change it any more. */
export function isFinal(status: Status): boolean {
  return status === 3 || status === 5 || status === 6 || status === 7 || status === 8
}

export function isFailed(status: Status): status is FailedStatus {
  return isFinal(status) && status !== STATUS.fileSendSuccess
}

/**
 * The failure that ends an execution which stands at `status` when an attempt fails for good. Before the source has
 * accepted there is only 3; afterwards it is what the error asks for, or 5 when it asks for nothing.
 */
export function failureAfter(status: Status, wanted?: FailedStatus): FailedStatus {
  if (status === STATUS.pending || status === STATUS.running) return STATUS.dispatchFail
  return wanted === undefined || wanted === STATUS.dispatchFail ? STATUS.fileGenerationFail : wanted
}

/** Status in words, for people; consumers read the number. */
export function statusWords(status: Status): string {
  return WORDS[status]
}

/** `6` → true for any of the nine codes; narrows numbers that come from outside. */
export function isStatus(value: number): value is Status {
  return Number.isInteger(value) && value >= 0 && value <= 8
}
