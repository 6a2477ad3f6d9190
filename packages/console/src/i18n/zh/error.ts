import type { Messages } from '../en/index.ts'

export const error: Messages['error'] = {
  title: '错误码',
  lead: '每个错误码的含义、由谁处理以及如何处理。',
  search: '搜索错误码和含义',
  noMatch: (text: string) => `没有错误码“${text}”`,
  code: '错误码',
  meaning: '含义',
  action: '处理方法',
  fault: '由谁处理',
  faults: { customer: '您或您的客户', operator: '服务的运维人员', service: 'Data Hub 自身' },
  retry: '是否重试',
  retries: { later: '是，持续数小时', soon: '三次', never: '否：需要有人修改' },
  http: 'HTTP 状态',
  exit: '命令行退出码',
}
