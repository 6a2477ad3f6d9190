import type { CheckStep } from '@datahub/core/check/check-step'

const titles: Readonly<Record<string, string>> = {
  // Of destinations
  fields: '检查字段',
  address: '连接目标存储',
  clock: '比较时钟',
  role: '代入角色',
  credentials: '验证身份',
  region: '查找存储桶',
  folder: '打开文件夹',
  write: '写入测试对象',
  guard: '拒绝覆盖',
  read: '读回内容',
  multipart: '分段上传',
  abort: '中止上传',
  list: '查询不存在的对象',
  space: '检查剩余空间',
  // Of sources
  reach: '连接数据源',
  sign_in: '登录',
  ask: '查询服务',
}

/** A step that is not known here is called as the hub calls it. */
export function stepTitle({ name, title }: CheckStep): string {
  const report = /^report:(.*)$/s.exec(name)
  return report ? `读取报告 ${report[1]}` : (titles[name] ?? title)
}
