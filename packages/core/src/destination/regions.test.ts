import { expect, test } from 'vitest'
import { partitionOf, REGIONS, regionProblem } from './regions.ts'

test('the partition follows from the region', () => {
  expect(['us-east-1', 'eu-west-1', 'cn-north-1', 'cn-northwest-1', 'us-gov-west-1'].map(partitionOf)).toEqual([
    'aws',
    'aws',
    'aws-cn',
    'aws-cn',
    'aws-us-gov',
  ])
})

test('every known region is right, on Amazon and behind an endpoint', () => {
  for (const region of REGIONS) {
    expect(regionProblem(region, 'amazon')).toBeUndefined()
    expect(regionProblem(region, 'custom')).toBeUndefined()
  }
})

test.each([
  ['us-esat-1', 'us-east-1'],
  ['useast1', 'us-east-1'],
  ['US-EAST-1', 'us-east-1'],
  ['us_west_2', 'us-west-2'],
  ['us-east-1a', 'us-east-1'],
  ['cn-north1', 'cn-north-1'],
  ['eu-central', 'eu-central-1'],
])('R24: %s is refused with %s offered', (typed, meant) => {
  expect(regionProblem(typed, 'amazon')).toContain(`did you mean "${meant}"?`)
})

test.each(['', 'mars-north-1-x', 'Frankfurt'])('%j is refused with an example', (typed) => {
  expect(regionProblem(typed, 'amazon')).toContain('they look like "us-east-1".')
})

test('behind an endpoint a region may have any name of the right shape', () => {
  for (const region of ['auto', 'fr-par', 'default', 'garage', 'RegionOne']) {
    expect(regionProblem(region, 'custom')).toBeUndefined()
  }
  for (const region of ['', 'a.b', '-a', 'us east', 'x/y']) expect(regionProblem(region, 'custom')).toBeDefined()
})
