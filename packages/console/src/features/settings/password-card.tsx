import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { Card } from '../../components/page.tsx'
import { SecretField } from '../../components/ui/field.tsx'
import { notify } from '../../components/ui/notices.tsx'
import { useSignInWords } from '../../i18n/sign-in.ts'
import { useSettingsWords } from '../../i18n/settings.ts'
import { EntranceForm } from '../sign-in/entrance-form.tsx'

const NOTHING = { current: '', password: '' }

/** The reader's own password; a new one ends all their other sessions. */
export function PasswordCard() {
  const w = useSignInWords()
  const settings = useSettingsWords()
  const client = useQueryClient()
  const [values, setValues] = useState(NOTHING)
  const enter = (name: keyof typeof NOTHING) => (value: string) => setValues((before) => ({ ...before, [name]: value }))
  const change = async () => {
    await hub.session.changePassword(values)
    setValues(NOTHING)
    notify(settings.passwordChanged)
    await client.invalidateQueries({ queryKey: query.session.list.key() })
  }
  return (
    <Card title={settings.changePassword}>
      <div className="max-w-sm">
        <EntranceForm submit={settings.changePassword} onSubmit={change}>
          {(errors) => (
            <>
              <SecretField
                name="current"
                autoComplete="current-password"
                label={settings.currentPassword}
                value={values.current}
                onChange={enter('current')}
                error={errors['current']}
              />
              <SecretField
                name="password"
                autoComplete="new-password"
                label={settings.newPassword}
                help={w.passwordHelp}
                value={values.password}
                onChange={enter('password')}
                error={errors['password']}
              />
            </>
          )}
        </EntranceForm>
      </div>
    </Card>
  )
}
