import { usePreferences } from '../app/preferences.ts'
import { alertChannels as en, type AlertChannelMessages } from './en/alert-channels.ts'
import { alertChannels as zh } from './zh/alert-channels.ts'

/** The sentences of alerts in the settings, which come with them: no other page has to load them. */
export function useAlertChannelMessages(): AlertChannelMessages {
  const { locale } = usePreferences()
  return locale === 'zh' ? zh : en
}
