import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { hub } from '../../api/hub.ts'
import { meOptions } from '../../app/me.ts'
import { SecretField, TextField } from '../../components/ui/field.tsx'
import { useSignInWords } from '../../i18n/sign-in.ts'
import { EntranceForm } from './entrance-form.tsx'
import { Entrance } from './entrance.tsx'

/** Whoever was invited, or forgot the password, sets one with the code; it may stand behind the # of the link. */
export function InvitationPage() {
  const w = useSignInWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [code, setCode] = useState(() => window.location.hash.slice(1))
  const [password, setPassword] = useState('')
  const accept = async () => {
    const me = await hub.invitation.accept({ code: code.trim(), password })
    client.setQueryData(meOptions.queryKey, me)
    await navigate({ to: '/', hash: '' })
  }
  return (
    <Entrance title={w.invitationTitle} lead={w.invitationLead}>
      <EntranceForm submit={w.invitationSubmit} onSubmit={accept}>
        {(errors) => (
          <>
            <TextField
              mono
              name="code"
              autoComplete="off"
              label={w.invitationCode}
              value={code}
              onChange={setCode}
              error={errors['code']}
            />
            <SecretField
              name="password"
              autoComplete="new-password"
              label={w.password}
              help={w.passwordHelp}
              value={password}
              onChange={setPassword}
              error={errors['password']}
            />
          </>
        )}
      </EntranceForm>
    </Entrance>
  )
}
