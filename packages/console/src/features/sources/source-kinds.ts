import type { SourceKindView } from '@datahub/core/api/source-shapes'
import { fieldsOf, isSimple, type Field } from '../../components/described/described-fields.ts'

/** Fields of the connection that fit into an input each; the others are written as YAML. */
export function simpleFields({ connection }: SourceKindView): Field[] {
  return fieldsOf(connection).filter(isSimple)
}

export function declaredFields({ connection }: SourceKindView): Field[] {
  return fieldsOf(connection).filter((field) => !isSimple(field))
}

/** Whether the kind brings its reports, of which some may be chosen. */
export function builtInReports({ report }: SourceKindView): string[] | undefined {
  const fields = fieldsOf(report)
  return fields.length === 1 && fields[0]?.name === 'table' ? fields[0].enum : undefined
}

/** Whether a report may be a query of its own, in the language of the source. */
export function takesQueries({ report }: SourceKindView): boolean {
  return fieldsOf(report).some(({ name }) => name === 'query')
}
