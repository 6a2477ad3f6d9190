import type { AlertNotice } from '@datahub/core/alert/alert'
import type { Language } from '@datahub/core/alert/channel-kinds'
import { en } from './en.ts'
import type { AlertTexts } from './alert-texts.ts'
import { zh } from './zh.ts'

/** An alert in words: a title, and lines of plain text that every channel can show. */
export interface AlertText {
  readonly title: string
  readonly lines: readonly string[]
  readonly link: { readonly url: string; readonly words: string } | undefined
}

const languages: Record<Language, AlertTexts> = { en, zh }

export function render(notice: AlertNotice, language: Language): AlertText {
  const texts = languages[language]
  const { labels, colon } = texts
  const line = (label: string, value: string) => `${label}${colon}${value}`
  const more = notice.taskCount - notice.tasks.length
  const isOver = notice.event === 'recovered'
  const lines = [
    texts.summary(notice),
    ...notice.tasks.map(({ id, name, execution }) =>
      line(
        labels.task,
        `${oneLine(name)} (#${id})${isOver || notice.kind === 'connection' ? '' : `, ${execution ? rangeOf(execution, texts) : texts.notBegun}`}`,
      ),
    ),
    ...(more > 0 ? [line(labels.more, texts.moreTasks(more))] : []),
    ...(notice.code === null || isOver ? [] : [line(labels.code, notice.code)]),
    ...(notice.cure === '' || isOver ? [] : [line(labels.cure, texts.cure(notice.code, notice.cure))]),
    ...(notice.event === 'test' ? [] : [line(labels.since, utc(notice.since))]),
    ...(notice.workspace === '' ? [] : [line(labels.workspace, oneLine(notice.workspace))]),
  ]
  return {
    title: oneLine(texts.title(notice)),
    lines,
    link: notice.link === null ? undefined : { url: notice.link, words: labels.open },
  }
}

/** As one text, for what shows only that. */
export function plainText({ title, lines, link }: AlertText): string {
  return [title, ...lines, ...(link ? [`${link.words} ${link.url}`] : [])].join('\n')
}

function rangeOf(
  { status, dataRange }: NonNullable<AlertNotice['tasks'][number]['execution']>,
  texts: AlertTexts,
): string {
  const short = (instant: string) => instant.replace('T', ' ').replace(/:00(?=Z|[+-])/, '')
  return `${short(dataRange.from)} – ${short(dataRange.to)} ${dataRange.timeZone}, ${texts.status(status)}`
}

function utc(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
