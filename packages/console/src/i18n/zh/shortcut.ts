import type { Messages } from '../en/index.ts'

export const shortcut: Messages['shortcut'] = {
  everywhere: '所有页面',
  goTo: '跳转到',
  lists: '列表与日历',
  search: '搜索本页',
  refresh: '重新查询',
  close: '关闭',
  nextRow: '下一行',
  previousRow: '上一行',
  backfill: '补推所选',
  areOn: '启用单键快捷键',
}
