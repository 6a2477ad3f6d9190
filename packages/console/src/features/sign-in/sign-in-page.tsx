import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { hub } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { session } from '../../api/session.ts'
import { Entrance } from './entrance.tsx'
import { Button } from '../../components/ui/button.tsx'
import { SecretField } from '../../components/ui/field.tsx'
import { useMessages } from '../../i18n/messages.tsx'

export function SignInPage() {
  const m = useMessages()
  const navigate = useNavigate()
  const { to } = useSearch({ from: '/sign-in' })
  const [token, setToken] = useState('')
  const [error, setError] = useState<string>()
  const [isPending, setPending] = useState(false)
  const signIn = async (event: FormEvent) => {
    event.preventDefault()
    setPending(true)
    session.begin(token.trim())
    try {
      await hub.hub.system()
      await navigate({ href: to ?? '/' })
    } catch (failure) {
      session.end()
      const problem = asProblem(failure)
      setError(`${problem.detail} ${problem.cure}`)
    } finally {
      setPending(false)
    }
  }
  return (
    <Entrance title={m.signIn.title} lead={m.signIn.lead}>
      <form onSubmit={(event) => void signIn(event)} className="flex flex-col gap-4">
        <SecretField
          label={m.signIn.token}
          help={m.signIn.tokenHelp}
          value={token}
          onChange={setToken}
          error={error}
          autoFocus
        />
        <Button type="submit" look="primary" isPending={isPending} isDisabled={token.trim() === ''}>
          {m.signIn.submit}
        </Button>
      </form>
    </Entrance>
  )
}
