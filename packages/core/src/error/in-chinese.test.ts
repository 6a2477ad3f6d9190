import { expect, test } from 'vitest'
import { codes } from './codes.ts'
import { inChinese } from './in-chinese.ts'

const wrongRegion = codes['destination.wrong_region'].cure

test.each([
  ['Could not send the package: the bucket is in another region.', '存储桶在另一个区域。'],
  ['Could not find the bucket acme-eu: the bucket is in another region.', '存储桶在另一个区域：acme-eu。'],
  ['The bucket is in another region (PermanentRedirect).', '存储桶在另一个区域（PermanentRedirect）。'],
  ['The bucket is in another region.', '存储桶在另一个区域。'],
  ['Words of an older version.', '存储桶在另一个区域（Words of an older version.）'],
])('%s', (message, chinese) => {
  expect(inChinese('destination.wrong_region', message, wrongRegion).happened).toBe(chinese)
})

test('the names of what could not be done stay, and so does what is wrong with a field', () => {
  const { happened } = inChinese(
    'source.report_missing',
    `Could not read the report orders_2: ${codes['source.report_missing'].summary}. from: there is no table or view orders_2.`,
    'Did you mean orders?',
  )
  expect(happened).toContain('：orders_2。')
  expect(happened).toContain('from：没有表或视图 orders_2。')
})

test('what helps is as exact in Chinese as in English', () => {
  const cure = (english: string) => inChinese('destination.wrong_region', '', english).cure
  expect(cure(wrongRegion)).toBe('请填写存储桶所在的区域。')
  expect(cure('The bucket is in eu-west-1, not in us-west-2: enter eu-west-1.')).toBe(
    '存储桶位于 eu-west-1，不在 us-west-2：请填写 eu-west-1。',
  )
  expect(cure('Words of an older version.')).toBe('请填写存储桶所在的区域。（Words of an older version.）')
})

test('what has lost its code is known by its words', () => {
  expect(inChinese('', 'The storage cannot be reached (ECONNREFUSED).', '').happened).toBe(
    '无法连接目标存储（ECONNREFUSED）。',
  )
})

test('a code that is none of ours says what it says', () => {
  expect(inChinese('NoSuchKey', 'It said so.', 'Ask it.')).toEqual({
    summary: undefined,
    happened: 'It said so.',
    cure: 'Ask it.',
  })
})
