/** What is said of data sources, in Chinese: see `say-in-chinese.ts`. */
export const ofSources: Readonly<Record<string, string>> = {
  // What a connection test has seen
  'Not tried, because a step before it failed.': '未执行：前面的步骤失败。',
  '{} answers on port {}.': '{1} 的端口 {2} 有响应。',
  '{} may sign in to {}.': '{1} 可以登录 {2}。',
  '{} columns, {} rows a day.': '{1} 列，每天 {2} 行。',
  '{} columns can be read.': '可以读取 {1} 列。',
  '{} files, {} columns can be read.': '可以读取 {1} 个文件、{2} 列。',
  '{} is allowed and there.': '{1} 存在且允许读取。',
  'It cannot be read.': '无法读取。',
  '{} Its engine {} has no transactions: rows that change while it is read may be of different instants.':
    '{1} 其引擎 {2} 不支持事务：读取期间变化的行可能属于不同时刻。',
  'Its engine {} has no transactions: rows that change while it is read may be of different instants.':
    '其引擎 {1} 不支持事务：读取期间变化的行可能属于不同时刻。',
  'CSV says nothing of types: all columns are text.': 'CSV 不含类型：所有列都是文本。',
  'The files cannot be read as one table.': '这些文件不能作为一个表读取。',
  'It answers.': '有响应。',
  'It answers for {} of {} accounts.': '{2} 个账户中有 {1} 个有响应。',
  'The credentials see {}. {}.': '凭证可以看到{1}。{2}。',
  'The credentials see {}.': '凭证可以看到{1}。',
  'Give these accounts the timeZone that the service says: otherwise days are asked for before they are over, or late.':
    '请为这些账户设置服务所说的 timeZone：否则会过早或过晚请求当天的数据。',
  'The credentials are good for a token.': '凭证可以换取令牌。',
  'There is none to fetch.': '无需获取令牌。',
  // What helps: names
  'Did you mean "{}"?': '是否指“{1}”？',
  'Did you mean {}?': '是否指 {1}？',
  'There is nothing of that kind; check the name.': '没有这样的对象；请检查名称。',
  'There is {} and more.': '现有：{1} 等。',
  'There is {}.': '现有：{1}。',
  'Choose from {}.': '可选：{1}。',
  'Use one of {}.': '可用：{1}。',
  'Use one of: {}.': '可用：{1}。',
  // Databases
  'It took more than {} minutes: {}.': '已超过 {1} 分钟：{2}。',
  'There is no host of that name: check the host.': '没有这个名称的主机：请检查主机。',
  'Nothing listens there: check host and port, and that the database is up.':
    '该地址没有服务在监听：请检查主机和端口，并确认数据库正在运行。',
  'Check host, port, firewall and that the database is up.': '请检查主机、端口、防火墙，并确认数据库正在运行。',
  'Check user and password.': '请检查用户名和密码。',
  'Check user and password, and from which hosts the user may sign in.':
    '请检查用户名、密码，以及该用户可以从哪些主机登录。',
  'Check user and password; pg_hba.conf may refuse this user, or ask for TLS (tls: require).':
    '请检查用户名和密码；pg_hba.conf 可能拒绝该用户，或要求 TLS（tls: require）。',
  'Grant SELECT on the tables to the user.': '请为该用户授予这些表的 SELECT 权限。',
  'Grant SELECT on {} to the user, or list the columns to deliver under columns.':
    '请为该用户授予 {1} 的 SELECT 权限，或在 columns 中列出要投递的列。',
  'Somebody ended the query or the connection in the database.': '有人在数据库中结束了查询或连接。',
  "The database's TLS certificate is not trusted: set NODE_EXTRA_CA_CERTS on the server to its authority, or tls: require.":
    '数据库的 TLS 证书不受信任：请在服务器上用 NODE_EXTRA_CA_CERTS 导入其颁发机构，或设置 tls: require。',
  'The database does not speak TLS; set tls: off.': '数据库不支持 TLS；请设置 tls: off。',
  'The database asks for TLS: set tls: require or verify.': '数据库要求 TLS：请设置 tls: require 或 verify。',
  'A value cannot be computed or converted; run the query in the database to see which.':
    '某个值无法计算或转换；请在数据库中运行查询找出它。',
  'A report only reads: no INSERT, UPDATE, DELETE, FOR UPDATE and no function that writes.':
    '报告只能读取：不能有 INSERT、UPDATE、DELETE、FOR UPDATE，也不能有写入的函数。',
  'A report only reads: no INSERT, UPDATE, DELETE and no function that writes.':
    '报告只能读取：不能有 INSERT、UPDATE、DELETE，也不能有写入的函数。',
  'There is no database of this name on that server; check the database name.':
    '该服务器上没有这个数据库；请检查数据库名称。',
  'Check the name of the schema.': '请检查 schema 的名称。',
  'A standby cancels long reads: raise max_standby_streaming_delay there, or read the primary.':
    '备库会取消长时间的读取：请提高 max_standby_streaming_delay，或读取主库。',
  'There is a syntax error in the query.': '查询有语法错误。',
  'A column that the query names is not there.': '查询所用的列不存在。',
  'The query uses a function or operator that is not there, or with other types.':
    '查询使用了不存在或类型不符的函数或运算符。',
  'The query uses a function that is not there.': '查询使用了不存在的函数。',
  'A table or view that the query names is not there.': '查询所用的表或视图不存在。',
  'Write :from::date, or ::timestamptz, where the type cannot be seen from the place.':
    '在无法判断类型的位置请写 :from::date 或 ::timestamptz。',
  'The database is out of memory, disk or connections.': '数据库的内存、磁盘或连接已耗尽。',
  'The database has no free connection; raise max_connections or the limit of the user.':
    '数据库没有空闲连接；请提高 max_connections 或该用户的上限。',
  'A table is locked by somebody else.': '某个表被他人锁定。',
  'A table was altered while it was read.': '某个表在读取时被修改。',
  'Somebody cancelled the query in the database.': '有人在数据库中取消了查询。',
  'The database is starting or stopping.': '数据库正在启动或停止。',
  'The database is stopping.': '数据库正在停止。',
  'The database has trouble with its disk; look at its log.': '数据库的磁盘有问题；请查看其日志。',
  'The database reports damage or an internal error; look at its log.': '数据库报告损坏或内部错误；请查看其日志。',
  'The user may not use this database.': '该用户无权使用此数据库。',
  'There can be no database of this name.': '不可能有这个名称的数据库。',
  'There can be no table of this name.': '不可能有这个名称的表。',
  'The database has blocked this host: FLUSH HOSTS there.': '数据库已屏蔽此主机：请在数据库中执行 FLUSH HOSTS。',
  'The user signs in in a way that is too old: use caching_sha2_password.':
    '该用户的登录方式过旧：请使用 caching_sha2_password。',
  'Compare :{} with a date or a timestamp, or write :{}::date or :{}::timestamptz.':
    '请将 :{1} 与日期或时间戳比较，或写成 :{2}::date 或 :{3}::timestamptz。',
  'Name a column of type date, timestamp or timestamptz, or leave dateColumn out.':
    '请填写类型为 date、timestamp 或 timestamptz 的列，或省略 dateColumn。',
  'Name a column of type timestamp or timestamptz that every change of a row sets.':
    '请填写类型为 timestamp 或 timestamptz、且每次修改行时都会更新的列。',
  'Name a column of type DATE, DATETIME or TIMESTAMP, or leave dateColumn out.':
    '请填写类型为 DATE、DATETIME 或 TIMESTAMP 的列，或省略 dateColumn。',
  'Name a column of type DATETIME or TIMESTAMP that every change of a row sets.':
    '请填写类型为 DATETIME 或 TIMESTAMP、且每次修改行时都会更新的列。',
  'A text is not valid in its character set: find it with a query, or deliver the column as CAST(… AS BINARY).':
    '某个文本不符合其字符集：请用查询找出它，或以 CAST(… AS BINARY) 投递该列。',
  'The column {} has a date with a month or day of 00: leave such rows out, or deliver the column as CAST(… AS CHAR).':
    '列 {1} 中有月或日为 00 的日期：请排除这些行，或以 CAST(… AS CHAR) 投递该列。',
  // Files
  'DuckDB stopped; is memory short?': 'DuckDB 已停止；内存是否不足？',
  'Let the user that the hub runs as read {}.': '请让运行 Data Hub 的用户可以读取 {1}。',
  'More than {} files match.': '匹配的文件超过 {1} 个。',
  'A file changed while it was read: write files under another name and rename them when they are whole.':
    '文件在读取时发生变化：请先用其他名称写入，完整后再改名。',
  '{} is a link that leads out of the folder.': '{1} 是指向文件夹之外的链接。',
  'Check the path; the folder must be on the machine that the hub runs on.':
    '请检查路径；文件夹必须在运行 Data Hub 的机器上。',
  'Name a column of dates or timestamps (YYYY-MM-DD …), or leave dateColumn out.':
    '请填写日期或时间戳（YYYY-MM-DD …）的列，或省略 dateColumn。',
  'A value is not of the type of its column, or not a date where one is needed.':
    '某个值与其列的类型不符，或在需要日期的地方不是日期。',
  'A file is not what its format says, or is damaged.': '某个文件与其格式不符，或已损坏。',
  'A file cannot be read, or is not what its format says.': '某个文件无法读取，或与其格式不符。',
  'The files need too much memory: split them, or pick fewer columns.': '文件需要过多内存：请拆分，或减少列。',
  'A file is outside the folder.': '某个文件在文件夹之外。',
  // Reports
  'Choose a name that no other column has.': '请选择其他列没有使用的名称。',
  'Changed: {}. If that is meant, run "datahub source accept-schema {}", or set schemaChanges: new-version.':
    '变化：{1}。如果符合预期，请执行“datahub source accept-schema {2}”，或设置 schemaChanges: new-version。',
  'Only a report that was delivered before has columns to differ from.': '只有曾经投递过的报告才有可比较的列。',
  'The data source has no reports yet.': '数据源还没有报告。',
  'Choose at most {} days.': '最多选择 {1} 天。',
  'A dry run may take {} minutes: choose fewer days or reports.': '试运行最长 {1} 分钟：请减少天数或报告。',
  'Write them as the guide to this kind says.': '请按该类型的指南填写。',
  'Give each report a table of its own.': '请为每份报告设置各自的表。',
}
