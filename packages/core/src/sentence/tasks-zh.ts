/** What is said of tasks, of who may use the hub and of the hub itself, in Chinese: see `say-in-chinese.ts`. */
export const ofTasks: Readonly<Record<string, string>> = {
  'there is no data source "{}"': '没有数据源“{1}”',
  'there is no destination "{}"': '没有目标存储“{1}”',
  'Define it first, or correct the name.': '请先创建，或修正名称。',
  'the data source has no report "{}"': '数据源没有报告“{1}”',
  'the data source counts {}s and delivers nothing smaller': '数据源按 {1} 计，不提供更细的数据',
  'Use every: hour, or longer.': '请使用 every: hour 或更长的周期。',
  'Use every: day, or longer.': '请使用 every: day 或更长的周期。',
  'the data source does not tell which days have changed': '数据源不提供哪些日期有变化',
  'Give its reports a changedColumn, or use refreshDays.': '请为其报告设置 changedColumn，或使用 refreshDays。',
  'a recurring task stays recurring': '周期推送任务不能改为一次性',
  'a one-time push stays one': '一次性推送不能改为周期',
  'Create another task; this one keeps its history.': '请另建任务；此任务保留其历史。',
  '{} lies before the first day {}': '{1} 早于第一天 {2}',
  'Write the earlier day as from.': '请将较早的一天填为起始日期。',
  '{} is not over yet in {}': '{1} 在 {2} 尚未结束',
  'End with a day before {}.': '结束日期请早于 {1}。',
  '{} to {} are {} days, more than the {} that the data source gives at once':
    '{1} 至 {2} 共 {3} 天，超过数据源一次最多提供的 {4} 天',
  'Ask for a shorter range, or for several one after the other.': '请缩短范围，或分几次进行。',
  'Its push is paused: "datahub backfill resume {}".': '其推送已暂停：“datahub backfill resume {1}”。',
  'No data range of its schedule is complete yet; ask for days with from and to.':
    '其调度还没有完整的数据区间；请用起止日期指定。',
  'is not the name of the task': '不是该任务的名称',
  'Type "{}".': '请输入“{1}”。',
  'It is under way: pause it, and cancel its executions and backfills first.':
    '任务正在进行：请先暂停，并取消其执行和补推。',
  'It has a history; pause it, or confirm with its name to remove it with its history.':
    '任务有历史记录；请暂停，或输入名称确认后连同历史一起删除。',
  'Execution {} is under way: wait until it is over, or cancel it first.': '执行 {1} 正在进行：请等待结束，或先取消。',
  'Its sync log is being written. Try again in a few seconds.': '正在写入其同步日志。请几秒后重试。',
  'It is under way; cancel it first, or wait.': '正在进行；请先取消，或等待。',
  'It is a one-time push: it has no schedule.': '这是一次性推送：没有调度。',
  'Nothing of it has failed.': '其中没有失败的部分。',
  'It is {}.': '当前状态：{1}。',
  'It is over already.': '已经结束。',
  'It is too late: its package is being published. It ends delivered, or as failed when that cannot be done.':
    '为时已晚：数据包正在发布。结果将是投递成功，或在无法完成时失败。',
  'The task {} uses it: remove it, or give it another {}.': '任务 {1} 正在使用：请删除该任务，或为其更换{2}。',
  '{} tasks use it: {}. Remove them, or give them another {}.':
    '{1} 个任务正在使用：{2}。请删除这些任务，或为其更换{3}。',
  'must have either schedule (recurring) or oneTime (one-time push)': 'schedule（周期）与 oneTime（一次性）必填其一',
  'must start with a letter a-z and hold only a-z, 0-9 and _ (at most 63), because it becomes part of file names':
    '应以 a-z 开头，只含 a-z、0-9 和 _（最多 63 个字符），因为它会成为文件名的一部分',
  'must be there to move tasks, and only then': '移动任务时必填，其他情况不填',
  // Schedules
  'is not a time zone; use an IANA name such as America/Los_Angeles or UTC':
    '不是时区；请使用 IANA 名称，如 America/Los_Angeles 或 UTC',
  'must be a day such as 2024-01-31': '应为日期，如 2024-01-31',
  'must be a time of day such as "03:00" (in quotes)': '应为时刻，如 03:00',
  'must have five fields: minute, hour, day of month, month, weekday': '应有五个字段：分、时、日、月、星期',
  'has a {} that is not understood: "{}"': '{1}无法识别：“{2}”',
  'has a {} outside {} to {}: "{}"': '{1}超出 {2} 到 {3}：“{4}”',
  'has a {} that names nothing: "{}"': '{1}没有对应任何时间：“{2}”',
  'names a day that never comes': '指定的日期不存在',
  // Who may use the hub
  '"{}" is not a right of a {}': '“{1}”不是 {2} 的权限',
  '"{}" is not an operation': '“{1}”不是操作',
  'contains the name of the user': '包含用户的名称',
  'is, or is much like, one of the passwords that are tried first': '属于或接近最先会被猜测的密码',
  'is too easy to guess': '过于容易猜到',
  'Use four words or more that do not belong together, without your name.':
    '请使用四个以上互不相关的词，不要包含您的名字。',
  'Name one that you belong to, or ask an admin of that one to add you.':
    '请选择您所属的工作区，或请该工作区的管理员添加您。',
  'is longer than the token that you use lasts: {} days': '超过您所用令牌的剩余有效期：{1} 天',
  'Leave it out: the new token then ends with that one. Or sign in, and make it in the settings.':
    '请省略：新令牌将与该令牌同时到期。或登录后在设置中创建。',
  'The identity provider and the hub are set up for each other.': '身份提供方与 Data Hub 的设置一致。',
  'leads to no OpenID provider: {} answers {}': '不是 OpenID 提供方：{1} 的响应为 {2}',
  'leads to no OpenID provider: {} answers {}, but describes none':
    '不是 OpenID 提供方：{1} 的响应为 {2}，但没有提供方的描述',
  'Set it to the address that the provider calls its issuer, without /.well-known/openid-configuration.':
    '请设为提供方所称的 issuer 地址，不带 /.well-known/openid-configuration。',
  'is another one than the provider calls itself by: {}': '与提供方自称的不同：{1}',
  'Set it to {}, if that is yours.': '如果属于您，请设为 {1}。',
  'is {} s {} the clock of the provider': '比提供方的时钟{2} {1} 秒',
  'Let the machine of the hub follow a time server (NTP), then sign in again.':
    '请让 Data Hub 所在机器使用时间服务器（NTP），然后重新登录。',
  'is not the secret that the provider has for DATAHUB_OIDC_CLIENT_ID, or there is no such client':
    '不是提供方为 DATAHUB_OIDC_CLIENT_ID 登记的密钥，或没有该客户端',
  'Copy both again from the registration of the hub at the provider, and start the hub anew.':
    '请从提供方处的 Data Hub 登记中重新复制两者，并重新启动 Data Hub。',
  'is not {}': '不是 {1}',
  'Add {} to the redirect URIs of the hub at the provider. If people find the hub at another address, set DATAHUB_PUBLIC_URL to that one.':
    '请在提供方处将 {1} 加入 Data Hub 的重定向 URI。如果通过其他地址访问 Data Hub，请将 DATAHUB_PUBLIC_URL 设为该地址。',
  'None is configured: set DATAHUB_OIDC_ISSUER.': '尚未配置：请设置 DATAHUB_OIDC_ISSUER。',
  'is not the present password': '不是当前密码',
  'Enter the password you signed in with.': '请输入登录时使用的密码。',
  'It has been set up. Sign in instead.': '已完成初始设置。请登录。',
  'Change the role instead.': '请改为更改角色。',
  'It is the last admin: make somebody else one first.': '这是最后一个管理员：请先让其他人成为管理员。',
  'The bucket has been handed over with it. Ask whoever sent it for another one if the keys have changed since.':
    '已用此链接提交存储桶。如果之后密钥有变化，请向发送者索取新的链接。',
  'It was taken back. Ask whoever sent it for another one.': '链接已撤回。请向发送者索取新的链接。',
  'It was valid for a limited time. Ask whoever sent it for another one.': '链接已过期。请向发送者索取新的链接。',
  'Only webhooks are signed by the hub; enter another address or secret for this one.':
    '只有 webhook 由 Data Hub 签名；请为此渠道填写其他地址或密钥。',
  // The hub
  'is more than the token that you use may do itself': '超出了您所用令牌自身的权限',
  'Try again in {} s.': '请在 {1} 秒后重试。',
  'Ask an admin of the hub to add them to this workspace: whoever is known to the hub may be added by its own admins.':
    '请 Data Hub 的管理员将其加入此工作区：只有 Data Hub 已有的用户才能由工作区管理员添加。',
  'The clocks of hub and storages agree.': '服务器与各存储的时钟一致。',
  'The clock of {} is {} s {} that of the storage at {}.': '{1} 的时钟比位于 {4} 的存储{3} {2} 秒。',
  'Let the machine follow a time server (NTP: "timedatectl set-ntp true", or chrony). From 15 minutes on S3 refuses what is signed by a wrong clock (RequestTimeTooSkewed), and schedules are off by as much already.':
    '请让该机器与时间服务器同步（NTP：“timedatectl set-ntp true”，或 chrony）。相差达到 15 分钟后，S3 会拒绝由错误时钟签名的请求（RequestTimeTooSkewed），而计划时间也已偏差同样多。',
  'The clocks of hub and database agree.': '服务器与数据库的时钟一致。',
  'The clocks of hub and database differ by {} s.': '服务器与数据库的时钟相差 {1} 秒。',
  'Let both machines follow the same time server.': '请让两台机器使用同一时间服务器。',
  '{} GB are free for staged packages.': '暂存数据包还有 {1} GB 可用空间。',
  'Free or add disk space under {}.': '请释放或增加 {1} 所在磁盘的空间。',
  'No execution waits for another attempt.': '没有等待重试的执行。',
  'Executions that failed and wait for another attempt: {}.': '失败并等待重试的执行：{1}。',
  'Every sync log is up to date or about to be.': '所有同步日志均为最新或即将更新。',
  'Sync logs that cannot be written: {}.': '无法写入的同步日志：{1}。',
  'No task misses a data range.': '没有任务缺失数据区间。',
  'Tasks that miss data ranges: {}.': '缺失数据区间的任务：{1}。',
  'See "datahub execution list".': '见“datahub execution list”。',
  'Test the destinations of the tasks: "datahub destination test <name>".':
    '请测试这些任务的目标存储：“datahub destination test <名称>”。',
  'See what is missing, and the command that fills it: "datahub task coverage <task>".':
    '查看缺失的部分和补推命令：“datahub task coverage <任务>”。',
  'is the key that has sealed everything already': '就是当前已用于加密的密钥',
  'Set it to a new key and DATAHUB_SECRET_KEY_OLD to this one, restart every process, and rotate then.':
    '请将其设为新密钥，将 DATAHUB_SECRET_KEY_OLD 设为此密钥，重启所有进程后再轮换。',
  'The API is described at {}/openapi.json.': 'API 说明见 {1}/openapi.json。',
  'is not valid JSON': '不是有效的 JSON',
  'Send JSON with "Content-Type: application/json".': '请发送 JSON，并带上“Content-Type: application/json”。',
  'Search all codes for a word of the message.': '请用消息中的词搜索所有错误码。',
  'Enter a host name or an IP address.': '请填写主机名或 IP 地址。',
  '{} is an address of this server or of its platform. Ask the operator to add it to DATAHUB_EGRESS_ALLOW.':
    '{1} 是本服务器或其平台的地址。请运维人员将其加入 DATAHUB_EGRESS_ALLOW。',
  '{} is neither an address nor a CIDR': '{1} 既不是地址也不是 CIDR',
  'is not a cursor': '不是游标',
  'Send what next or previous of a page says, or leave it out.': '请使用页面中 next 或 previous 的值，或省略。',
  'Close the other pages.': '请关闭其他页面。',
}
