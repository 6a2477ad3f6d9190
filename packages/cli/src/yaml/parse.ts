import { LineCounter, parseDocument, type YAMLError } from 'yaml'
import type { LocatedProblem, Position } from './located.ts'
import type { Document } from 'yaml'

export interface Parsed {
  readonly document: Document.Parsed
  readonly positionAt: (offset: number) => Position
  readonly problems: readonly LocatedProblem[]
}

/** Cures for what people do wrong, where the parser's message names only the symptom. */
const CURES: Partial<Record<YAMLError['code'], string>> = {
  BAD_INDENT: 'Indent with the same number of spaces as the lines around it.',
  DUPLICATE_KEY: 'Keep one of them.',
  MISSING_CHAR: 'Close what was opened; look at the indentation too.',
  MULTIPLE_DOCS: 'Keep one document: remove the line "---" and what follows.',
  NON_STRING_KEY: 'Use a plain word as the key.',
  RESOURCE_EXHAUSTION: 'Write it flatter.',
  TAB_AS_INDENT: 'Indent with spaces.',
  TAG_RESOLVE_FAILED: 'Remove the tag; put a text in quotes.',
  UNEXPECTED_TOKEN: 'Put the value in quotes, as in "${env:NAME}"; look at brackets and commas too.',
}

const SENTENCES: Partial<Record<YAMLError['code'], string>> = {
  DUPLICATE_KEY: 'this key stands here twice',
  MULTIPLE_DOCS: 'the file holds more than one document',
  NON_STRING_KEY: 'a key must be a text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
  TAB_AS_INDENT: 'a tab stands where only spaces may indent',
  TAG_RESOLVE_FAILED: 'this tag is not known',
}

/**
 * YAML 1.2 with its positions: dates and times of day stay texts, keys are texts, tags and several documents are
 * problems. Behind the first fault in the structure a parser only guesses, so that is where the list ends.
 */
export function parseYaml(text: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    schema: 'core',
    resolveKnownTags: false,
  })
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const located = [...document.errors, ...document.warnings].map((error) => problemOf(error, positionAt))
  const firstBreak = document.errors.findIndex((error) => error.code !== 'DUPLICATE_KEY')
  const problems = firstBreak < 0 ? located : located.slice(0, firstBreak + 1)
  return { document, positionAt, problems }
}

function problemOf(error: YAMLError, positionAt: (offset: number) => Position): LocatedProblem {
  return {
    field: '',
    position: positionAt(error.pos[0]),
    problem: SENTENCES[error.code] ?? `it is not YAML: ${error.message.replace(/\.$/, '')}`,
    cure: CURES[error.code] ?? 'Correct the line.',
  }
}
