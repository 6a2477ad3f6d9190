import type { AlertText } from '../texts/render.ts'

/** The little markdown that chats agree on. */
export function markdown({ title, lines, link }: AlertText): string {
  const body = lines.map((line) => escaped(line))
  return [`### ${escaped(title)}`, ...body, ...(link ? [`[${link.words}](${link.url})`] : [])].join('\n\n')
}

/** Names that people have chosen are neither links nor headings. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*[\]<>]/g, (letter) => `\\${letter}`)
}
