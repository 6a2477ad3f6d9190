import type { AlertNotice } from '@datahub/core/alert/alert'
import { inChinese } from '@datahub/core/error/in-chinese'
import { statusesInChinese } from '@datahub/core/execution/statuses-zh'
import type { AlertTexts } from './alert-texts.ts'

const nouns = { source: '数据源', destination: '目标存储', task: '任务' }

export const zh: AlertTexts = {
  title: (notice) => {
    const place = placeOf(notice)
    if (notice.event === 'test') return 'Data Hub：测试消息'
    if (notice.event === 'recovered') return `已恢复：${place}`
    const about = {
      failing: `投递失败：${place}`,
      late: `投递延迟：${place}`,
      connection: `连接测试失败：${place}`,
      paused: `已自动暂停：${place}`,
    }[notice.kind]
    return notice.event === 'reminder' ? `仍未恢复 · ${about}` : about
  },
  summary: ({ event, kind }) => {
    if (event === 'test') return '这是一条测试消息。今后的告警会发送到这里。'
    if (event === 'recovered') return kind === 'connection' ? '连接已恢复正常。' : '已恢复投递。'
    if (kind === 'paused') return '任务已连续多次失败，现在等待人工处理。错过的数据不会丢失：恢复任务后会补齐。'
    if (kind === 'late') return '到期时仍没有投递数据。'
    return kind === 'connection' ? '无法连接目标存储。' : '重试之后仍然失败，需要处理。'
  },
  cure: (code, cure) => inChinese(code ?? '', '', cure).cure,
  labels: {
    task: '任务',
    more: '另有',
    code: '错误码',
    cure: '处理方法',
    since: '始于',
    workspace: '工作区',
    open: '查看',
  },
  moreTasks: (count) => `${count} 个任务`,
  status: (status) => `${statusesInChinese[status]} (${status})`,
  notBegun: '尚未开始',
  colon: '：',
}

function placeOf({ place, tasks, taskCount }: AlertNotice): string {
  const [first] = tasks
  const name = taskCount === 1 && first ? `任务“${first.name}”` : `${nouns[place.noun]}“${place.name}”`
  return taskCount > 1 ? `${name}（${taskCount} 个任务）` : name
}
