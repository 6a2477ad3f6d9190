import type { ActivityMessages } from '../en/activity.ts'

export const activity: ActivityMessages = {
  title: '动态',
  lead: '谁做了什么，按发生的顺序。日志是一条链：任何改动都会被发现。',
  none: '还没有动态',
  noMatch: '没有符合筛选条件的记录',
  at: '时间',
  actor: '操作者',
  action: '操作',
  subject: '对象',
  outcome: '结果',
  done: '完成',
  from: '来源',
  details: '变更前后',
  before: '变更前',
  after: '变更后',
  nobody: '无人',
  kinds: { user: '用户', token: 'API 令牌', nobody: '未登录', 'setup-link': '设置链接', hub: '自动' },
  filterAction: '按操作筛选，例如 task.run',
  verify: '校验日志',
  sound: (entries: number) => `日志与写入时一致：${entries} 条`,
  broken: (id: number) => `第 ${id} 条与写入时不一致`,
}
