import type { Problem } from '@datahub/core/api/error-shapes'
import { inChinese } from '@datahub/core/error/in-chinese'
import type { MiddlewareHandler } from 'hono'
import { sayInChinese } from '@datahub/core/sentence/say-in-chinese'
import { parseAccept } from 'hono/utils/accept'
import { PROBLEM_TYPE } from './problem.ts'

/** Problems in Chinese for whoever asks for it by Accept-Language; codes and the names of fields stay as they are. */
export const inLanguageOfReader: MiddlewareHandler = async (context, next) => {
  await next()
  const { res } = context
  if (res.headers.get('Content-Type') !== PROBLEM_TYPE || !wantsChinese(context.req.header('Accept-Language'))) return
  const problem = (await res.json()) as Problem
  context.res = new Response(JSON.stringify(translated(problem)), { status: res.status, headers: res.headers })
  context.res.headers.set('Content-Language', 'zh')
}

/** Whether Chinese stands before English; who names neither reads English. */
function wantsChinese(header = ''): boolean {
  const wanted = parseAccept(header)
    .filter(({ q }) => q > 0)
    .toSorted((one, other) => other.q - one.q)
  return /^zh\b/i.test(wanted.find(({ type }) => /^(zh|en)\b/i.test(type))?.type ?? '')
}

function translated(problem: Problem): Problem {
  const { summary, happened, cure } = inChinese(problem.code, problem.detail, problem.cure)
  const errors = problem.errors.map((wrong) => ({
    field: wrong.field,
    problem: sayInChinese(wrong.problem) ?? wrong.problem,
    cure: sayInChinese(wrong.cure) ?? wrong.cure,
  }))
  return { ...problem, title: summary ?? problem.title, detail: happened, cure, errors }
}
