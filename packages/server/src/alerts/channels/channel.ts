import type { AlertNotice } from '@datahub/core/alert/alert'
import type { Language } from '@datahub/core/alert/channel-kinds'
import type { EgressPolicy } from '../../foundation/egress.ts'

/** A message on its way: what it says, and what receivers know it by however often it is sent. */
export interface Message {
  readonly id: string
  readonly notice: AlertNotice
  readonly language: Language
  /** When this attempt is made. */
  readonly at: Date
}

export interface SendingWorld {
  readonly egress: EgressPolicy
  readonly signal: AbortSignal
}

/**
 * Settings are whole, with secrets in the open. Answers what the receiver said, in its own words where it is known to
 * have harmless ones. Throws `alert.*`.
 */
export type Send<Settings> = (settings: Settings, message: Message, world: SendingWorld) => Promise<string>
