import { useQuery } from '@tanstack/react-query'
import { usePreferences } from '../app/preferences.ts'

/**
 * What happened and what helps, in the language of the reader; `code`: of the failure, if there is one. All Chinese words
 * for it are fetched when the first is to be shown; until then there are the hub's own, in English.
 */
export function useFailureText() {
  const isChinese = usePreferences().locale === 'zh'
  const { data: chinese } = useQuery({
    queryKey: ['words', 'failures-zh'],
    queryFn: () => import('@datahub/core/error/in-chinese'),
    enabled: isChinese,
    staleTime: Infinity,
    networkMode: 'always',
  })
  return (code: string | null | undefined, happened: string, cure: string): { happened: string; cure: string } =>
    isChinese && chinese ? chinese.inChinese(code ?? '', happened, cure) : { happened, cure }
}
