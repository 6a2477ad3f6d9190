import { useQuery } from '@tanstack/react-query'
import { usePreferences } from '../app/preferences.ts'

/**
 * What happened and what helps, in the language of the reader. The Chinese words of all codes are fetched when the first is
 * to be shown; until then there are the hub's own, in English.
 */
export function useFailureText() {
  const isChinese = usePreferences().locale === 'zh'
  const { data: chinese } = useQuery({
    queryKey: ['words', 'codes-zh'],
    queryFn: () => import('@datahub/core/error/codes-zh'),
    enabled: isChinese,
    staleTime: Infinity,
    networkMode: 'always',
  })
  return (code: string, happened: string, cure: string): { happened: string; cure: string } =>
    isChinese && chinese ? chinese.inChinese(code, happened, cure) : { happened, cure }
}
