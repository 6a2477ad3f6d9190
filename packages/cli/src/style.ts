import { styleText } from 'node:util'
import type { Output } from './world.ts'

export type Tone = 'bold' | 'dim' | 'green' | 'red' | 'yellow'
export type Paint = (tone: Tone, text: string) => string

/** Colours for a terminal that wants them; without one, or with NO_COLOR, the text alone. */
export function painter(output: Output, env: Readonly<Record<string, string | undefined>>): Paint {
  const plain = !output.isTTY || Boolean(env.NO_COLOR) || env.TERM === 'dumb'
  return plain ? (_tone, text) => text : (tone, text) => styleText(tone, text, { validateStream: false })
}

/** Text from outside, made safe for a terminal: line breaks and control characters become visible. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\r') return '\\r'
    if (character === '\t') return '\\t'
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`
  })
}
