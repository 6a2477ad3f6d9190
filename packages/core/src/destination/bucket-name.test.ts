import { describe, expect, test } from 'vitest'
import { bucketNameProblems } from './bucket-name.ts'

describe('a bucket name', () => {
  test.each(['company-xnurta-data', 'abc', 'a1.b2.c3', '0data0', 'a'.repeat(63)])('%s is valid', (name) => {
    expect(bucketNameProblems(name)).toEqual([])
  })

  test.each([
    ['', 'Enter the name of the bucket.'],
    ['ab', 'A bucket name has 3 to 63 characters, "ab" has 2.'],
    ['a'.repeat(64), `A bucket name has 3 to 63 characters, "${'a'.repeat(64)}" has 64.`],
    ['Company-Data', 'A bucket name has no upper-case letters: "company-data"?'],
    ['my_bucket?x', 'A bucket name has only letters, digits, hyphens and dots, not "_", "?".'],
    ['-data', 'A bucket name starts and ends with a letter or digit, "-data" does not.'],
    ['a..b', 'A bucket name has no two dots in a row, "a..b" has.'],
    ['10.0.0.1', 'A bucket name is not an IP address, "10.0.0.1" is.'],
    ['xn--data', 'A bucket name does not start with "xn--", which Amazon keeps for itself.'],
    ['data--x-s3', 'A bucket name does not end with "--x-s3": that is an alias or another kind of bucket.'],
    [' data ', 'A bucket name has no spaces around it: "data"?'],
    ['s3://data/in', '"s3://data/in" is an address; enter only the name, "data".'],
    [
      'https://data.s3.amazonaws.com',
      '"https://data.s3.amazonaws.com" is an address; enter only the name of the bucket.',
    ],
    ['arn:aws-cn:s3:::data/*', '"arn:aws-cn:s3:::data/*" is an ARN; enter only the name, "data".'],
    ['data/reports', 'A bucket name has no folder: enter "data", and the folder as the prefix.'],
  ])('R24: %j breaks one rule and is told which', (name, sentence) => {
    expect(bucketNameProblems(name)).toEqual([sentence])
  })

  test('is told every rule that it breaks', () => {
    expect(bucketNameProblems('..')).toHaveLength(3)
    expect(bucketNameProblems('A_')).toHaveLength(3)
  })
})
