import { invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import type { SourceWorld } from '../kind.ts'
import { parameterOf, placeholdersIn } from './placeholders.ts'
import { columnsOf } from './report-csv.ts'
import type { ReportApiConnection, ReportApiReport } from './settings.ts'
import { hostOf } from './urls.ts'

/** What can only be judged together: addresses by the policy, placeholders by the accounts and parameters, keys by columns. */
export function admit(connection: ReportApiConnection, reports: readonly ReportApiReport[], world: SourceWorld): void {
  const { auth, baseUrl, accounts, accountColumn, create, poll, download, headers, test, grain } = connection
  for (const url of [baseUrl, ...('tokenUrl' in auth ? [auth.tokenUrl] : [])])
    world.egress.admitHost(hostOf(new URL(url)), 'endpoint')
  const problems: FieldProblem[] = []
  const used = new Set(placeholdersIn([create, poll, download, headers, test]))
  if (used.has('account') && !accounts)
    problems.push({
      field: 'connection.accounts',
      problem: 'is missing',
      cure: 'Name the accounts that {account} stands for.',
    })
  reports.forEach((report, index) => {
    const at = (name: string) => `reports[${index}].${name}`
    for (const parameter of [...used].map(parameterOf)) {
      if (parameter === undefined || Object.hasOwn(report.parameters, parameter)) continue
      const cure = `Give it: {parameter.${parameter}} stands in the requests.`
      problems.push({ field: at(`parameters.${parameter}`), problem: 'is missing', cure })
    }
    const names = columnsOf(connection, report).map(({ name }) => name)
    const cure = `Choose from ${names.join(', ')}.`
    const { dateColumn, primaryKey = [] } = report
    if (dateColumn !== undefined && !names.includes(dateColumn))
      problems.push({ field: at('dateColumn'), problem: `there is no column ${dateColumn}`, cure })
    const dates = report.columns.find(({ name }) => name === dateColumn)
    if (grain === 'hour' && dates && dates.type !== 'timestamptz' && dates.type !== 'timestamp')
      problems.push({
        field: at('dateColumn'),
        problem: `${dates.name} is a ${dates.type}, and the reports are of hours`,
        cure: 'Name a column of timestamps: receivers would replace a whole day by an hour of it.',
      })
    primaryKey.forEach((name, place) => {
      if (!names.includes(name))
        problems.push({ field: at(`primaryKey[${place}]`), problem: `there is no column ${name}`, cure })
    })
    const isShared = (accounts?.length ?? 0) > 1 && primaryKey.length > 0
    if (isShared && accountColumn !== undefined && !primaryKey.includes(accountColumn)) {
      const cure = 'Add it: two accounts may have rows that are alike in all other columns of the key.'
      problems.push({ field: at('primaryKey'), problem: `must contain ${accountColumn}`, cure })
    }
    if (names.length !== new Set(names).size)
      problems.push({
        field: at('columns'),
        problem: `${accountColumn} is the column of the account`,
        cure: 'Rename one.',
      })
  })
  if (problems.length > 0) throw invalid('read the definition of the data source', problems)
}
