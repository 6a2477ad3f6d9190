import { statusesInChinese } from '@datahub/core/execution/statuses-zh'
import type { Messages } from '../en/index.ts'

export const status: Messages['status'] = {
  execution: Object.values(statusesInChinese),
  waitsForRetry: (words: string) => `${words}，等待重试`,
  task: {
    scheduled: '已排期',
    running: '执行中',
    paused: '已暂停',
    waiting: '等待中',
    finished: '已完成',
    failed: '失败',
  },
  coverage: { delivered: '已发送', running: '执行中', failed: '失败', missing: '缺失' },
  backfill: {
    running: '执行中',
    paused: '已暂停',
    cancelled: '已取消',
    finished: '已完成',
    failed: '已结束，部分失败',
  },
  trigger: {
    schedule: '定时',
    manual: '手动',
    'one-time': '一次性推送',
    backfill: '补推',
    retry: '重试',
    refresh: '刷新',
  },
}
