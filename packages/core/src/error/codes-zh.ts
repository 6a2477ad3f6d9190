import type { CodeFacts, ErrorCode } from './codes.ts'

type Words = Pick<CodeFacts, 'summary' | 'cure'>

const words = (summary: string, cure: string): Words => ({ summary, cure })
const waits = '会自动重试。'
const askToAllow = '请运维人员将该地址加入 DATAHUB_EGRESS_ALLOW。'
const notAllowed = '服务器的策略不允许访问该地址'

/** The error codes in Chinese, as the console, the API and alerts say them; a code that is missing does not compile. */
export const codesInChinese: Record<ErrorCode, Words> = {
  // The request
  'request.invalid': words('输入无效', '修正所列字段后重新提交。'),
  'request.not_found': words('找不到该对象', '列出现有对象，检查名称或编号。'),
  'request.conflict': words('与当前状态不符', '查看当前状态后重试。'),
  'request.name_taken': words('名称已被占用', '请换一个名称。'),
  'request.in_use': words('仍在使用中', '请先移除使用它的对象。'),
  'request.too_large': words('请求过大', '请减少一次发送的内容。'),
  'request.too_many': words('短时间内请求过多', '按响应头 Retry-After 所示的时间等待，然后放慢速度继续。'),
  'request.content_type': words('请求体不是 JSON', '发送时请带上“Content-Type: application/json”。'),
  'auth.missing': words('没有发送令牌', '设置 DATAHUB_TOKEN，或发送“Authorization: Bearer <令牌>”。'),
  'auth.refused': words('令牌无效', '在服务器上用“datahub token create”创建新的令牌。'),
  'auth.sign_in_refused': words('邮箱与密码不匹配', '请检查两者；管理员可以重新发送邀请。'),
  'auth.provider_refused': words(
    '身份提供方未能让您登录',
    '请从 Data Hub 的登录页面重新开始。若持续发生，请管理员核对 Data Hub 与身份提供方的设置。',
  ),
  'auth.provider_unreachable': words(
    '身份提供方没有响应',
    '请稍后重试，或使用密码登录。若持续发生，请在服务器上检查能否访问 DATAHUB_OIDC_ISSUER。',
  ),
  'auth.provider_issuer': words(
    'DATAHUB_OIDC_ISSUER 不是身份提供方的地址',
    '将其设为身份提供方所声明的 issuer 地址；“datahub doctor”会显示该地址上实际是什么。',
  ),
  'auth.provider_client': words(
    '身份提供方不接受 Data Hub 的客户端 ID 和密钥',
    '从身份提供方的注册信息中重新复制 DATAHUB_OIDC_CLIENT_ID 和 DATAHUB_OIDC_CLIENT_SECRET。如果密钥已在那里过期，请创建新的。',
  ),
  'auth.provider_return_address': words(
    '身份提供方不认识登录后返回的地址',
    '在身份提供方为 Data Hub 登记的重定向地址中加入 <DATAHUB_PUBLIC_URL>/api/v1/sign-in/oidc/callback/oidc；“datahub doctor”会显示完整地址。',
  ),
  'auth.provider_clock': words(
    'Data Hub 与身份提供方的时钟不一致',
    '在 Data Hub 所在的机器上启用时间同步（NTP），然后重新登录。',
  ),
  'auth.email_unverified': words(
    '身份提供方未确认您的邮箱地址已验证',
    '请在身份提供方验证该地址，或使用密码登录。如果该提供方从不说明但保证其地址属实，运维人员可以设置 DATAHUB_OIDC_EMAIL=trusted。',
  ),
  'auth.not_admitted': words(
    '身份提供方认识您，但您无权使用此 Data Hub',
    '请 Data Hub 的管理员添加或启用您的账户，或在身份提供方为您分配角色。',
  ),
  'auth.code_refused': words('代码错误、已使用或已过期', '重新复制最新的代码，或请人重新生成。'),
  'auth.cross_site': words('请求来自其他网站', '请使用 Data Hub 自己的页面，或使用 API 令牌。'),
  'auth.insecure': words('连接未加密', '通过 https 提供服务并设置 DATAHUB_PUBLIC_URL，或在服务器本机上打开。'),
  'auth.forbidden': words('您的角色无权执行此操作', '请工作区的管理员代为操作，或为您分配有权的角色。'),
  'hub.unreachable': words('Data Hub 没有响应', '用“datahub serve”启动，或设置 DATAHUB_URL。'),
  'hub.config': words('配置无效', '修正所列设置。'),
  'hub.secret_unreadable': words(
    '无法打开已保存的密钥',
    '向 Data Hub 提供当时加密所用的密钥（“datahub key show”会列出缺少的密钥），或重新填写。',
  ),
  'hub.key_wrong': words(
    '该密钥不是加密已保存内容所用的密钥',
    '从备份恢复 secret.key，或将 DATAHUB_SECRET_KEY 设为此数据库所有进程共用的密钥。如果是新密钥，请同时在 DATAHUB_SECRET_KEY_OLD 中提供旧密钥。如果旧密钥已丢失，请用 DATAHUB_KEY_LOST=true 启动一次，并重新填写所有密钥。',
  ),
  'hub.disk_full': words('服务器磁盘已满', '在数据目录所在磁盘上释放或增加空间。'),
  'hub.internal': words('Data Hub 内部发生意外错误', '查看 Data Hub 在该时间前后的日志并反馈。'),
  'execution.cancelled': words('已取消', '需要时请重新执行。'),
  'execution.interrupted': words('工作进程在执行中停止', waits),
  'execution.abandoned': words('每次执行时工作进程都异常退出', '查看工作进程的日志（内存是否不足？），然后重新执行。'),
  // The source
  'source.unreachable': words('无法连接数据源', '检查主机、端口和防火墙，并确认数据库正在运行。'),
  'source.access_denied': words('数据源拒绝登录', '检查用户名、密码和数据库名称。'),
  'source.permission': words('该用户无权读取', '为该用户授予 SELECT 权限，以及 schema 的 USAGE 权限。'),
  'source.report_missing': words('表、视图或列不存在', '检查数据源定义中的名称。'),
  'source.query_failed': words('数据源拒绝了查询', '在数据库中试运行报告的查询并修正。'),
  'source.timeout': words('数据源耗时过长', '延长期限、缩小数据区间，或为日期列建立索引。'),
  'source.interrupted': words('数据源关闭了连接', '会自动重试；若持续发生，请检查数据库。'),
  'source.incomplete': words('数据在全部行到达之前就结束了', waits),
  'source.schema_changed': words(
    '报告的列与上次投递不同',
    '用“datahub source show”查看变化，然后执行“datahub source accept-schema”，或设置 schemaChanges: new-version。',
  ),
  'source.download_failed': words('已生成的报告未能完整下载', waits),
  'source.throttled': words(
    '数据源要求暂缓请求',
    '会自动重试；若持续发生，请将任务分散到全天，或降低 requestsPerMinute。',
  ),
  'source.token_refused': words(
    '数据源不为这些凭证签发访问令牌',
    '检查客户端 ID、客户端密钥和刷新令牌；若令牌已被撤销，请重新授权应用。',
  ),
  'source.refused': words('数据源拒绝了请求', '将数据源定义中的请求与服务文档对照。'),
  'source.answer_unreadable': words('数据源的响应与其定义不符', '将定义中的路径与服务文档对照。'),
  'source.value_unreadable': words('某个值与其列的类型不符', '在报告定义中修正该列的类型。'),
  'source.range_too_old': words('数据源不再保留这么早的数据', '请选择数据源仍保留的日期。'),
  'source.range_too_long': words('数据源的一份报告不能包含这么长的范围', '请选择更短的范围，包括 refreshDays。'),
  'source.range_unsupported': words(
    '范围不是数据源所计的整天或整小时',
    '请使用按天、周或月的调度；若数据源按小时计，也可以使用按小时的调度。',
  ),
  'source.too_early': words(
    '在账户所在时区，范围的最后一天或最后一小时尚未结束',
    '结束后会自动重试；使用账户所在时区的调度或 settleDelayMinutes 可以避免。',
  ),
  'source.report_failed': words(
    '数据源未能生成报告',
    '会自动重新请求；若持续发生，请在服务自己的控制台试运行同一报告。',
  ),
  'source.report_overdue': words('报告未按时生成', '稍后重新执行，或提高 deadlineMinutes。'),
  'source.egress_blocked': words(notAllowed, askToAllow),
  'source.folder_forbidden': words(
    '该文件夹不在运维人员允许的范围内',
    '在服务器上将该目录加入 DATAHUB_FOLDERS_ALLOW。',
  ),
  // Alerts on their way
  'alert.unreachable': words('无法连接告警的接收方', '检查主机、端口和防火墙，并确认接收方正在运行。'),
  'alert.refused': words('告警的接收方拒绝了消息', '将其响应与接收方的文档对照；重新填写地址或密钥。'),
  'alert.sign_in_refused': words('邮件服务器拒绝登录', '检查用户名和密码；有些服务商需要为应用单独生成的密码。'),
  'alert.tls': words(
    '接收方的 TLS 证书不受信任，或接收方不提供加密',
    '用 NODE_EXTRA_CA_CERTS 导入其证书颁发机构，或选择接收方提供的加密方式和端口。',
  ),
  'alert.throttled': words('告警的接收方要求暂缓发送', waits),
  'alert.egress_blocked': words(notAllowed, askToAllow),
  // The package
  'package.failed': words('未能生成数据包', waits),
  'package.corrupt': words('暂存的数据包与写入时不一致', '会自动重新生成；若持续发生，请检查磁盘。'),
  // The destination
  'destination.unreachable': words('无法连接目标存储', '检查终端节点、区域、防火墙和代理。'),
  'destination.host_unknown': words(
    '找不到目标存储的主机名',
    '检查终端节点、区域和存储桶名称是否有误，或启用路径样式。',
  ),
  'destination.timeout': words('目标存储未按时响应', '会自动重试；请检查带宽。'),
  'destination.access_denied': words(
    '目标存储拒绝访问',
    '将“datahub destination policy”输出的策略附加到该用户，并检查存储桶策略中是否有拒绝规则。',
  ),
  'destination.unreadable': words('目标存储允许写入，但不允许读取', '在该用户的策略中加入 s3:GetObject。'),
  'destination.key_unknown': words(
    '目标存储不认识此访问密钥 ID',
    '重新复制访问密钥 ID；它可能已删除、已停用，或属于其他分区（如中国区）。',
  ),
  'destination.secret_wrong': words('私有访问密钥与访问密钥 ID 不匹配', '重新粘贴私有访问密钥，不要带空格。'),
  'destination.credentials_expired': words('凭证已过期', '请填写长期有效的密钥。'),
  'destination.credentials_missing': words('没有保存凭证', '请填写密钥；不会使用服务器自身的身份。'),
  'destination.role_refused': words(
    '不允许代入该角色',
    '在角色的信任策略中允许我方用户，并使用连接测试显示的外部 ID。',
  ),
  'destination.role_open': words(
    '不需要外部 ID 就能代入该角色',
    '在信任策略中加入 sts:ExternalId 条件，否则他人可冒用该角色写入。',
  ),
  'destination.account_disabled': words('存储服务商已停用该存储桶或账户', '请联系存储服务商（支持或账单部门）。'),
  'destination.clock_skewed': words('服务器与目标存储的时钟相差超过 15 分钟', '在服务器上启用时间同步（NTP）。'),
  'destination.bucket_missing': words('存储桶不存在', '检查拼写，或创建该存储桶。中国区存储桶需要中国区账户。'),
  'destination.wrong_region': words('存储桶在另一个区域', '请填写存储桶所在的区域。'),
  'destination.encryption': words(
    '无权使用存储桶的 KMS 密钥',
    '在 IAM 和密钥策略中为该用户允许 kms:GenerateDataKey 和 kms:Decrypt。',
  ),
  'destination.tls': words(
    '目标存储的 TLS 证书不受信任',
    '用 NODE_EXTRA_CA_CERTS 导入其证书颁发机构；确认是 http 还是 https。',
  ),
  'destination.not_s3': words('终端节点的响应不是 S3 的响应', '检查终端节点 URL、端口和路径样式。'),
  'destination.egress_blocked': words(notAllowed, askToAllow),
  'destination.refused': words('目标存储拒绝了请求', '查看详情中的代码和存储桶设置。'),
  'destination.limits': words('数据包超出目标存储的限制', '请反馈此问题；在此之前请投递较短的数据区间。'),
  'destination.busy': words('目标存储暂时故障', waits),
  'destination.altered': words('存储的内容与发送的不一致', '会自动重试；若持续发生，可能有代理修改了流量。'),
  'destination.lost_race': words('同一时刻有其他写入', waits),
  'destination.name_taken': words('该名称已用于其他内容', '可能有另一个安装在写入：请为该目标存储设置独立的前缀。'),
  'destination.directory_taken': words(
    '任务目录中有另一个安装的同步日志',
    '请为该目标存储设置独立的前缀，或移走旧目录。',
  ),
  'destination.folder_failed': words('无法写入文件夹', '检查路径是否存在、权限和剩余空间。'),
  'destination.folder_forbidden': words(
    '不允许投递到该文件夹',
    '选择数据目录以外的文件夹，或在服务器上将其加入 DATAHUB_FOLDERS_ALLOW。',
  ),
}
