import { alertChannels as en } from './en/alert-channels.ts'
import { alertChannels as zh } from './zh/alert-channels.ts'
import { words } from './words.ts'

/** The sentences of alerts in the settings, which come with them: no other page has to load them. */
export const useAlertChannelMessages = words(en, zh)
