import { expect, test } from 'vitest'
import { codes, type ErrorCode } from './codes.ts'
import { codesInChinese } from './codes-zh.ts'

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
