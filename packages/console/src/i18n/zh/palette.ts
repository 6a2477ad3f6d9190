import type { Messages } from '../en/index.ts'

export const palette: Messages['palette'] = {
  label: '搜索任务、执行、文件和页面',
  nothing: (text: string) => `没有内容匹配“${text}”`,
}
