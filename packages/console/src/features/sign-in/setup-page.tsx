import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { hub } from '../../api/hub.ts'
import { meOptions } from '../../app/me.ts'
import { SecretField, TextField } from '../../components/ui/field.tsx'
import { useSignInWords } from '../../i18n/sign-in.ts'
import { EntranceForm } from './entrance-form.tsx'
import { Entrance } from './entrance.tsx'

/** The first administrator, once. */
export function SetupPage() {
  const w = useSignInWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [values, setValues] = useState({ code: '', name: '', email: '', password: '' })
  const field = (name: keyof typeof values) => ({
    name,
    value: values[name],
    onChange: (value: string) => setValues((before) => ({ ...before, [name]: value })),
  })
  const create = async () => {
    const me = await hub.setup.create({ ...values, code: values.code.trim() })
    client.setQueryData(meOptions.queryKey, me)
    await navigate({ to: '/' })
  }
  return (
    <Entrance title={w.setupTitle} lead={w.setupLead}>
      <EntranceForm submit={w.setupSubmit} onSubmit={create}>
        {(errors) => (
          <>
            <TextField
              {...field('code')}
              mono
              autoFocus
              autoComplete="off"
              label={w.code}
              help={w.codeHelp}
              error={errors['code']}
            />
            <TextField {...field('name')} autoComplete="name" label={w.name} error={errors['name']} />
            <TextField
              {...field('email')}
              type="email"
              autoComplete="username"
              label={w.email}
              error={errors['email']}
            />
            <SecretField
              {...field('password')}
              autoComplete="new-password"
              label={w.password}
              help={w.passwordHelp}
              error={errors['password']}
            />
          </>
        )}
      </EntranceForm>
    </Entrance>
  )
}
