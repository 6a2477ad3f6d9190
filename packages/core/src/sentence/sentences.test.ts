import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseSync, type Node } from 'oxc-parser'
import { expect, test } from 'vitest'
import { sayInChinese } from './say-in-chinese.ts'
import { filledIn } from './parts-zh.ts'

const packages = resolve(import.meta.dirname, '../../..')

/** What no page shows: logs, the environment, files for people with a shell, other formats. */
const NOT_ON_PAGES =
  /\.test\.ts$|\/(testing|db|services|alerts\/texts|sentence|metrics|bucket)\/|exercise-|codes(-zh)?\.ts$|\/config[-\w]*\.ts$|openapi\.ts$|policy-formats|storage-errors-page|key-files|data-dir|open-secret-box|vocabulary|readers|http\/console\.ts|(policy|operators|status|in-chinese)\.ts$/

/** Where sentences stand: in these properties and variables, and in what these functions get. */
const PROPERTIES = new Set([
  'note',
  'hint',
  'problem',
  'cure',
  'remedy',
  'warning',
  'message',
  'error',
  'needs',
  'namesRead',
])
const VARIABLES = /^([A-Z_]{3,}|hint|cure|problem|remedy|warning|told|near|message|note)$/
const FUNCTIONS = new Set(
  'min max regex refine email url problem add push say issue refused of broken meaning SyntaxError'.split(' '),
)

/** Every text in a value, `{}` for what is filled in. */
function* textsIn(node: Node | null | undefined): Generator<string> {
  if (!node) return
  if (node.type === 'Literal' && typeof node.value === 'string') yield node.value
  else if (node.type === 'TemplateLiteral') yield node.quasis.map(({ value }) => value.cooked ?? '').join('{}')
  else if (node.type === 'ConditionalExpression') yield* [...textsIn(node.consequent), ...textsIn(node.alternate)]
  else if (node.type === 'LogicalExpression') yield* [...textsIn(node.left), ...textsIn(node.right)]
  else if (node.type === 'ArrayExpression') for (const one of node.elements) yield* textsIn(one)
  else if (node.type === 'ObjectExpression')
    for (const one of node.properties) yield* textsIn('value' in one ? one.value : undefined)
  else if (node.type === 'ArrowFunctionExpression' && node.expression) yield* textsIn(node.body)
  else if ('expression' in node && typeof node.expression === 'object') yield* textsIn(node.expression)
}

/** The texts of a file that people may read on a page. */
function* saidIn(node: Node): Generator<string> {
  if (node.type === 'Property' && node.key.type === 'Identifier' && PROPERTIES.has(node.key.name))
    yield* textsIn(node.value)
  if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && VARIABLES.test(node.id.name))
    yield* textsIn(node.init)
  if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier' && VARIABLES.test(node.left.name))
    yield* textsIn(node.right)
  if (node.type === 'CallExpression' || node.type === 'NewExpression') {
    const { callee } = node
    const name =
      callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
        ? callee.property.name
        : callee.type === 'Identifier'
          ? callee.name
          : ''
    if (FUNCTIONS.has(name)) for (const one of node.arguments) yield* textsIn(one)
  }
  if (node.type === 'ReturnStatement') yield* [...textsIn(node.argument)].filter(isSentence)
  if (node.type === 'ArrowFunctionExpression' && node.expression) yield* [...textsIn(node.body)].filter(isSentence)
  for (const inside of Object.values(node))
    for (const one of Array.isArray(inside) ? inside : [inside])
      if (typeof one === 'object' && one !== null && 'type' in one) yield* saidIn(one as Node)
}

/** `It is over already.`, not `select {} from {}`. */
function isSentence(text: string): boolean {
  return /^(\{\}|\p{Lu}|").* .*[.?]$/su.test(text)
}

/** Words, and not a name, a number, a pattern or the line of a log, which has no full stop. */
function isSaid(text: string): boolean {
  if (/^\p{Lu}.*[^.?:}]$/u.test(text)) return false
  return /^[^/\\^]*[a-z]{2,}[,;]? [a-z{"]/.test(text) && !/^(x-|arn:)|\bselect\b|[<>]=|::varchar/.test(text)
}

/** What a failed attempt was about to do (`test the service`): the code of the failure says more. */
const DOING = /^(test|verify|send to|read|find) /

const said = new Map<string, string>()
for (const file of globSync('{core,server}/src/**/*.ts', { cwd: packages }).filter(
  (path) => !NOT_ON_PAGES.test(path),
)) {
  const { program } = parseSync(file, readFileSync(resolve(packages, file), 'utf8'))
  for (const text of saidIn(program))
    if (isSaid(text) && !DOING.test(text) && !Object.hasOwn(filledIn, text)) said.set(text, file)
}

test('what the hub says is found in its source', () => {
  expect(said.size).toBeGreaterThan(300)
  expect([...said.keys()]).toContain('The bucket is in {}, not in {}: enter {}.')
})

test('every sentence of the hub has Chinese words, none of them half English', () => {
  const missing = [...said].flatMap(([english, file]) => {
    // What is filled in may be nothing
    const chinese = sayInChinese(english.replaceAll('{}', '<7>')) ?? sayInChinese(english.replaceAll('{}', ''))
    return chinese !== undefined && isChinese(chinese) ? [] : [`${file}: ${english} → ${chinese ?? 'nothing'}`]
  })
  expect(missing).toEqual([])
})

/** With all that was filled in, and no two English words one after the other but where they are code. */
function isChinese(text: string): boolean {
  return /\p{Script=Han}/u.test(text) && !/\b[a-z]{2,} [a-z]{2,}\b/.test(text.replaceAll(/“[^”]*”|\b\w+: \w+/g, ''))
}

test.each([
  [
    'The bucket is in eu-west-1, not in us-east-1: enter eu-west-1.',
    '存储桶位于 eu-west-1，不在 us-east-1：请填写 eu-west-1。',
  ],
  [
    'The user\'s policy needs {"Effect": "Allow"}. Is the policy younger than a minute? For your administrator: request ID 7Q.',
    '该用户的策略需要包含 {"Effect": "Allow"}。策略是否刚设置不到一分钟？供管理员查询：请求 ID 7Q。',
  ],
  ['"x" must be a whole number', '"x" 应为整数'],
  ['Did you mean asin or asins?', '是否指 asin 或 asins？'],
  ['from: there is no table or view orders.', 'from：没有表或视图 orders。'],
  [
    'There is no region "us-east", they look like "us-east-1". One that is new works with its endpoint given.',
    '没有区域 "us-east"，区域形如“us-east-1”。新的区域在填写终端节点后可以使用。',
  ],
  ['The storage ignores the condition "only if absent" on a write.', '目标存储忽略对写入使用的“仅当不存在时”条件。'],
  ['is not right: string to have <=100 characters', '不符合要求：最多 100 个字符'],
  ['Only 0.4 GiB are free.', '仅有 0.4 GiB 可用空间。'],
  ['63.0 GiB are free.', '63.0 GiB 可用空间。'],
  ['Nobody has ever said that.', undefined],
])('%s', (english, chinese) => {
  expect(sayInChinese(english)).toBe(chinese)
})
