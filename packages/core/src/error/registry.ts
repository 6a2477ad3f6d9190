import type { ErrorView } from '../api/error-shapes.ts'
import { STORAGE_ERRORS } from '../destination/storage-errors.ts'
import { codes, type ErrorCode } from './codes.ts'
import { classOf } from './error-class.ts'

/** Every code that people meet, ours first, then what storages answer with, each in the order of its table. */
export function errorRegistry(): ErrorView[] {
  const own = (Object.keys(codes) as ErrorCode[]).map((code) => entry(code, 'hub', code))
  const stores = Object.entries(STORAGE_ERRORS).map(([name, { code, remedy }]) =>
    entry(name, 'storage', code, remedy?.meanwhile),
  )
  return [...own, ...stores]
}

/** Undefined where nobody knows the code; upper and lower case are the same. */
export function findError(code: string): ErrorView | undefined {
  const wanted = code.toLowerCase()
  return errorRegistry().find((one) => one.code.toLowerCase() === wanted)
}

/** Those in which the text stands, in code, meaning or action. */
export function searchErrors(text: string): ErrorView[] {
  const wanted = text.toLowerCase()
  return errorRegistry().filter(({ code, meaning, action }) =>
    [code, meaning, action].some((part) => part.toLowerCase().includes(wanted)),
  )
}

function entry(code: string, origin: ErrorView['origin'], hubCode: ErrorCode, remedy?: string): ErrorView {
  const { summary, cure, fault, retry, httpStatus, exitCode, status } = codes[hubCode]
  return {
    code,
    origin,
    hubCode,
    meaning: `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    action: remedy ?? cure,
    fault,
    errorClass: classOf(hubCode),
    retry,
    httpStatus,
    exitCode,
    status: status ?? null,
  }
}
