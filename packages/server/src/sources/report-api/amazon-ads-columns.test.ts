import { expect, test } from 'vitest'
import { typeOfColumn } from './amazon-ads-columns.ts'

test.each([
  ['date', 'date'],
  ['campaignId', 'bigint'],
  ['portfolioId', 'bigint'],
  ['campaignApplicableBudgetRuleId', 'text'],
  ['impressions', 'bigint'],
  ['unitsSoldClicks14d', 'bigint'],
  ['kindleEditionNormalizedPagesRead14d', 'bigint'],
  ['kindleEditionNormalizedPagesRoyalties14d', 'decimal'],
  ['sales14d', 'decimal'],
  ['attributedSalesSameSku7d', 'decimal'],
  ['cost', 'decimal'],
  ['costType', 'text'],
  ['costPerClick', 'decimal'],
  ['roasClicks14d', 'decimal'],
  ['longTermROAS', 'decimal'],
  ['newToBrandECPDetailPageView', 'decimal'],
  ['campaignBudgetAmount', 'decimal'],
  ['campaignBudgetCurrencyCode', 'text'],
  ['video5SecondViewRate', 'decimal'],
  ['topOfSearchImpressionShare', 'decimal'],
  ['impressionsFrequencyAverage', 'decimal'],
  ['advertisedAsin', 'text'],
  ['searchTerm', 'text'],
  ['placementClassification', 'text'],
])('the column %s is a %s', (name, type) => {
  expect(typeOfColumn(name)).toBe(type)
})
