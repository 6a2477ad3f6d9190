import { lazy, Suspense } from 'react'
import type { YamlFieldProps } from './yaml-editor.tsx'

const YamlEditor = lazy(() => import('./yaml-editor.tsx'))

/** A part of a definition that is written; what reads YAML comes with the first of them. */
export function YamlField(props: YamlFieldProps) {
  return (
    <Suspense fallback={<span className="block h-40" />}>
      <YamlEditor {...props} />
    </Suspense>
  )
}
