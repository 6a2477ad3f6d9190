import { expect, test } from 'vitest'
import { parseRelationName } from './relation-name.ts'

test.each([
  ['market_insight', null, 'market_insight'],
  ['public.market_insight_asin', 'public', 'market_insight_asin'],
  ['Public.MarketInsight', 'public', 'marketinsight'],
  ['"Ads"."Daily.Report"', 'Ads', 'Daily.Report'],
  ['ads."a""b"', 'ads', 'a"b'],
  [' ads . t$1 ', 'ads', 't$1'],
  ['"x; drop table y--"', null, 'x; drop table y--'],
])('%s is the relation %s, %s', (text, schema, name) => {
  expect(parseRelationName(text)).toEqual({ schema, name })
})

test.each(['', 'a.b.c', 'a b', 't; drop table y', '"', '""', 'a..b', '1a', 'public.', '"a\0b"', "t where 'x'"])(
  '%j is not a relation',
  (text) => {
    expect(parseRelationName(text)).toBeUndefined()
  },
)
