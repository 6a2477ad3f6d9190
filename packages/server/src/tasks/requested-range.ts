import { invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { joinPath } from '@datahub/core/error/field-problems'
import { countDays, dayOf, rangeOfDays, type DataRange } from '@datahub/core/execution/data-range'

/**
 * The days a person asked for, both included, as a data range. Throws `request.invalid` when they are backwards, not
 * over yet, or more than the source gives at once. `root` names where `from` and `to` stand in the input.
 */
export function requestedRange(
  days: { from: string; to: string },
  timeZone: string,
  maxRangeDays: number,
  now: Date,
  root: string,
): DataRange {
  const problems: FieldProblem[] = []
  const today = dayOf(now, timeZone)
  const range = rangeOfDays(days.from, days.to < days.from ? days.from : days.to, timeZone)
  const asked = countDays(range)
  if (days.to < days.from) {
    problems.push({
      field: joinPath(root, ['to']),
      problem: `${days.to} lies before the first day ${days.from}`,
      cure: 'Write the earlier day as from.',
    })
  } else if (days.to >= today) {
    problems.push({
      field: joinPath(root, ['to']),
      problem: `${days.to} is not over yet in ${timeZone}`,
      cure: `End with a day before ${today}.`,
    })
  } else if (asked > maxRangeDays) {
    problems.push({
      field: joinPath(root, ['to']),
      problem: `${days.from} to ${days.to} are ${asked} days, more than the ${maxRangeDays} that the data source gives at once`,
      cure: 'Ask for a shorter range, or for several one after the other.',
    })
  }
  if (problems.length > 0) throw invalid('use this data range', problems)
  return range
}
