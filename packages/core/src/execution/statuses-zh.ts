import type { Status } from './status.ts'

/** The statuses in Chinese, as the console and alerts say them. */
export const statusesInChinese: Record<Status, string> = {
  0: '待执行',
  1: '执行中',
  2: '下发成功',
  3: '下发失败',
  4: '文件待生成',
  5: '文件生成失败',
  6: '文件发送成功',
  7: '文件发送失败',
  8: '文件下载失败',
}
