import { expect, test } from 'vitest'
import { awsRecipe, loaderRecipe, pythonRecipe, type RecipeFacts } from './recipes.ts'

const s3: RecipeFacts = {
  taskId: 161,
  root: 's3://company-xnurta-data',
  prefix: 'acme/',
  isS3: true,
  region: 'cn-north-1',
  endpoint: '',
}

test('bucket, prefix, region and task are filled in', () => {
  expect(loaderRecipe(s3)).toContain('--bucket company-xnurta-data \\\n  --prefix acme \\\n  --region cn-north-1')
  expect(awsRecipe(s3)).toBe(
    'aws s3 cp --recursive --region cn-north-1 \\\n  s3://company-xnurta-data/acme/reports/161/ ./reports/161/',
  )
  expect(pythonRecipe(s3)).toContain('bucket, folder = "company-xnurta-data", "acme/reports/161/"')
})

test('another store than Amazon is named, and a folder has neither region nor endpoint', () => {
  expect(loaderRecipe({ ...s3, endpoint: 'https://s3.example.com' })).toContain('--endpoint https://s3.example.com')
  const folder = { ...s3, isS3: false, root: '/srv/bucket', prefix: '', region: '' }
  expect(loaderRecipe(folder)).toBe(
    'npx datahub-loader load \\\n  --bucket /srv/bucket \\\n  --task 161 \\\n  --into postgres://user@localhost/warehouse',
  )
})
