import { expect, test } from 'vitest'
import { codes, type ErrorCode } from './codes.ts'
import { codesInChinese, inChinese } from './codes-zh.ts'

test('every code is said in Chinese, like its English: what happened without a full stop, what helps as a sentence', () => {
  for (const code of Object.keys(codes) as ErrorCode[]) {
    const { summary, cure } = codesInChinese[code]
    expect(summary, code).toMatch(/\p{Script=Han}.*[^。]$/u)
    expect(cure, code).toMatch(/\p{Script=Han}.*。$/u)
    // Names of settings, commands and rights are the same in both
    for (const name of codes[code].cure.match(/\b(?:DATAHUB|NODE)_[A-Z_]+|\b(?:s3|kms|sts):\w+/g) ?? [])
      expect(cure, code).toContain(name)
  }
})

test('what is only known in English stays beside it', () => {
  const message = 'Could not send the package: the bucket is in another region.'
  expect(inChinese('destination.wrong_region', message, codes['destination.wrong_region'].cure)).toEqual({
    summary: '存储桶在另一个区域',
    happened: `存储桶在另一个区域（${message}）`,
    cure: '请填写存储桶所在的区域。',
  })
  expect(inChinese('destination.wrong_region', message, 'Enter eu-west-1.').cure).toBe(
    '请填写存储桶所在的区域。（Enter eu-west-1.）',
  )
  expect(inChinese('NoSuchKey', 'It said so.', 'Ask it.')).toEqual({
    summary: undefined,
    happened: 'It said so.',
    cure: 'Ask it.',
  })
})
