/** What is said of report APIs, in Chinese: see `say-in-chinese.ts`. */
export const ofReportApis: Readonly<Record<string, string>> = {
  'The refresh token was revoked, has expired, or has been used by somebody else: {}':
    '刷新令牌已被撤销、已过期，或已被他人使用：{1}',
  'The service takes each refresh token once, and its last answer with a new one was lost: {}':
    '服务的每个刷新令牌只能用一次，而上次返回新令牌的响应已丢失：{1}',
  'Check client ID and client secret: the service does not take them.': '请检查客户端 ID 和客户端密钥：服务不接受。',
  'Let the service allow this application to fetch tokens in this way.': '请让服务允许该应用以这种方式获取令牌。',
  'The service has no tokens of this type: choose another auth.type.': '服务没有这种类型的令牌：请选择其他 auth.type。',
  'Correct scope, or leave it out.': '请修正 scope，或省略。',
  'The token service does not answer.': '令牌服务没有响应。',
  'Check tokenUrl: it answers without a token.': '请检查 tokenUrl：其响应中没有令牌。',
  'Another process of the hub is fetching one with the same refresh token; it is tried again by itself.':
    'Data Hub 的另一个进程正在用同一刷新令牌获取；会自动重试。',
  'Another process of the hub is fetching one with the same refresh token.':
    'Data Hub 的另一个进程正在用同一刷新令牌获取。',
  'The CSV has not even a header.': 'CSV 连表头都没有。',
  'The CSV has no column {}: correct "from" of these columns.': 'CSV 中没有列 {1}：请修正这些列的 from。',
  'It answers with a redirect, which is not followed.': '响应为重定向，不会跟随。',
  'It answers with a redirect, which is not followed: write the address that it leads to.':
    '响应为重定向，不会跟随：请填写重定向后的地址。',
  "The service's TLS certificate is not trusted: set NODE_EXTRA_CA_CERTS on the server to its authority.":
    '服务的 TLS 证书不受信任：请在服务器上用 NODE_EXTRA_CA_CERTS 导入其颁发机构。',
  'There is no host of that name: check the URL.': '没有这个名称的主机：请检查 URL。',
  'Check the URL, the firewall, and that the service is up.': '请检查 URL、防火墙，并确认服务正在运行。',
  'Check the key, or client ID, secret and token.': '请检查密钥，或客户端 ID、密钥和令牌。',
  'Let the service grant these credentials access to the account and its reports.':
    '请让服务为这些凭证授予账户及其报告的访问权限。',
  'The service is in trouble.': '服务出现故障。',
  'The URL {}.': 'URL {1}。',
  'The answer is larger than 1 MB.': '响应超过 1 MB。',
  'The JSON is cut off or damaged.': 'JSON 被截断或损坏。',
  '{}: correct download.records.': '{1}：请修正 download.records。',
  'The service keeps {} for {} days: ask for {} and later.': '服务保留 {1} {2} 天：请选择 {3} 及以后。',
  'Its rows are sums over the range, of at most {}: choose so many, also with refreshDays.':
    '其行是整个范围的合计，最多 {1}：请据此选择，包括 refreshDays。',
  'Its rows are sums over the range, of at most {} days: choose so many, also with refreshDays.':
    '其行是整个范围的合计，最多 {1} 天：请据此选择，包括 refreshDays。',
  'Its rows are sums over the range, of at most {} hours: choose so many, also with refreshDays.':
    '其行是整个范围的合计，最多 {1} 小时：请据此选择，包括 refreshDays。',
  'The service counts days: use a schedule of days, weeks or months.': '服务按天计：请使用按天、周或月的调度。',
  'The service counts hours, in {}: use a schedule of hours, days, weeks or months.':
    '服务按 {1} 的小时计：请使用按小时、天、周或月的调度。',
  'There is another page after {} of them: correct test.accounts.next.':
    '{1} 页之后仍有下一页：请修正 test.accounts.next。',
  'What stands at test.accounts.next is no URL of the service, which alone gets the credentials. Is it a token? Then give nextParameter.':
    'test.accounts.next 处的值不是该服务的 URL，而凭证只发给该服务。它是令牌吗？那么请填写 nextParameter。',
  'No record of {} has the field of {}: NULL in every row. Has the service renamed or removed it?':
    '{1} 的所有记录都没有 {2} 的字段：每行均为 NULL。服务是否改名或删除了它？',
  'The service sends fields of {} that no column takes: {}': '服务发送的 {1} 的字段中，没有列使用的有：{2}',
  '{} is a {}, and the reports are of hours': '{1} 的类型是 {2}，而报告按小时计',
  'Name a column of timestamps: receivers would replace a whole day by an hour of it.':
    '请指定时间戳类型的列：否则接收方会用一小时的数据替换一整天。',
  'needs next: where the token stands': '需要 next：令牌所在的位置',
  'is not the name of a parameter': '不是参数的名称',
  'goes with grain: hour; otherwise use maxDays': '用于 grain: hour；否则请使用 maxDays',
  'goes with grain: day; otherwise use maxHours': '用于 grain: day；否则请使用 maxHours',
  'holds {{}}, which says no hour: write {{}:instant} or {{}:epoch}':
    '含有不指明小时的 {{1}}：请写 {{2}:instant} 或 {{3}:epoch}',
  'There is no list of accounts {}: correct test.accounts.': '没有账户列表 {1}：请修正 test.accounts。',
  'The credentials do not see {}: correct the id, or have access granted. {}':
    '凭证看不到 {1}：请修正编号，或申请访问权限。{2}',
  'The URL leads to another host, which must not get the credentials: leave urlNeedsAuth out.':
    'URL 指向另一台主机，凭证不能发给它：请省略 urlNeedsAuth。',
  'A record is not an object of names and values.': '某条记录不是由名称和值组成的对象。',
  'There is a record without {}: leave nullable: false out, or correct "from" of the column.':
    '有一条记录缺少 {1}：请去掉 nullable: false，或修正该列的 from。',
  'There is a value that is no {}: give the column another type, such as text.':
    '有一个值不是 {1}：请为该列设置其他类型，如 text。',
  'The service takes it for another report that it is producing; it is tried again when that is done.':
    '服务将其视为正在生成的另一份报告；那份完成后会重试。',
  'It says "{}" at {}: add that to the states of poll, or correct the path.':
    '{2} 处的值为“{1}”：请将其加入 poll 的状态，或修正路径。',
  'There is no URL at {}.': '{1} 处没有 URL。',
  'It was not ready after {} minutes. Run it again later, or raise deadlineMinutes.':
    '{1} 分钟后仍未就绪。请稍后重新执行，或提高 deadlineMinutes。',
  'There is no id of a report at {}.': '{1} 处没有报告编号。',
  'It answers with something that is not JSON: check baseUrl and path.': '响应不是 JSON：请检查 baseUrl 和路径。',
  // Definitions
  'Name the accounts that {account} stands for.': '请填写 {account} 所代表的账户。',
  'Give it: {parameter.{}} stands in the requests.': '请填写：请求中用到了 {parameter.{1}}。',
  'Add it: two accounts may have rows that are alike in all other columns of the key.':
    '请加入：两个账户的行可能在主键的其他列上完全相同。',
  '{} is the column of the account': '{1} 是账户所在的列',
  'Rename one.': '请为其中一个改名。',
  'is not the name of a column of Amazon': '不是 Amazon 的列名',
  'must be a reportTypeId such as spCampaigns': '应为 reportTypeId，如 spCampaigns',
  'must contain {}: it says of which days a row of {} is': '必须包含 {1}：它说明 {2} 的行属于哪些日期',
  'must not contain {}: Amazon has no such column in {}': '不能包含 {1}：Amazon 的 {2} 没有这一列',
  'is not among the columns': '不在列之中',
  'must be a path such as status, report.id or items[0].url': '应为路径，如 status、report.id 或 items[0].url',
  'There is {from}, {to}, {until}, each also with :compact, :instant or :epoch, {account}, {timeZone}, {table}, {key}, {reportId} and {parameter.<name>}.':
    '可用的有 {from}、{to}、{until}（均可加 :compact、:instant 或 :epoch）、{account}、{timeZone}、{table}、{key}、{reportId} 和 {parameter.<name>}。',
  'holds {{}}, which stands for nothing. {}': '含有没有含义的 {{1}}。{2}',
  'holds {{}}, which a test has not: there is {account} and {timeZone}':
    '含有测试中没有的 {{1}}：可用的有 {account} 和 {timeZone}',
  'carries a secret: describe it under auth, which is sealed': '含有密钥：请在会加密保存的 auth 中填写',
  'is a header that the hub sets itself': '是由 Data Hub 自行设置的请求头',
  'is not the name of a header': '不是请求头的名称',
  'must be printable ASCII': '应为可打印的 ASCII 字符',
  'must begin with one /': '应以一个 / 开头',
  'must be names only': '只能是名称',
  'names an account twice': '账户重复',
  'is needed for auth of type {}': '类型为 {1} 的 auth 需要它',
  'is not used by auth of type {}': '类型为 {1} 的 auth 不使用它',
  'or poll.url is needed, and only one of the two': '或 poll.url 必填，且只能填其一',
  'is needed to tell the rows of several accounts apart': '需要它来区分多个账户的行',
  'needs accounts': '需要 accounts',
  'needs accounts to look for': '需要要查找的 accounts',
  'must be a URL such as https://reports.example.com': '应为 URL，如 https://reports.example.com',
  'must begin with https://': '应以 https:// 开头',
}
