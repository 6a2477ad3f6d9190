import type { Problem } from '@datahub/core/api/error-shapes'
import type { CodeFacts } from '@datahub/core/error/codes'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem, unknown } from '../../api/problem.ts'
import { meOptions } from '../../app/me.ts'
import { Answer, ProblemBlock } from '../../components/states.tsx'
import { Button, ButtonLink } from '../../components/ui/button.tsx'
import { SecretField, TextField } from '../../components/ui/field.tsx'
import { useSignInWords } from '../../i18n/sign-in.ts'
import { EntranceForm } from './entrance-form.tsx'
import { Entrance } from './entrance.tsx'
import { ownAddress } from './own-address.ts'
import { keepWantedPage } from './wanted-page.ts'

export function SignInPage() {
  const w = useSignInWords()
  const { error } = useSearch({ from: '/sign-in' })
  const { data: returned } = useQuery({
    queryKey: ['returned with', error],
    queryFn: () => problemOfCode(error ?? ''),
    enabled: error !== undefined,
  })
  const options = useQuery(query.session.options.queryOptions({ retry: true, staleTime: 0 }))
  return (
    <Entrance title={w.title} lead={w.lead}>
      {returned && <ProblemBlock problem={returned} />}
      <Answer of={options}>
        {({ setupNeeded, password, oidc }) =>
          setupNeeded ? (
            <div className="flex flex-col gap-4">
              <p className="text-soft">{w.setupNeeded}</p>
              <ButtonLink to="/setup" look="primary">
                {w.toSetup}
              </ButtonLink>
            </div>
          ) : (
            <div className="flex flex-col gap-4">
              {password && <PasswordForm />}
              {oidc && <OidcButton name={oidc.name} />}
            </div>
          )
        }
      </Answer>
    </Entrance>
  )
}

function PasswordForm() {
  const w = useSignInWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { to } = useSearch({ from: '/sign-in' })
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = async () => {
    const me = await hub.session.signIn({ email, password })
    client.setQueryData(meOptions.queryKey, me)
    await navigate({ href: ownAddress(to) ?? '/' })
  }
  return (
    <EntranceForm submit={w.submit} onSubmit={signIn}>
      {(errors) => (
        <>
          <TextField
            name="email"
            type="email"
            autoComplete="username"
            label={w.email}
            value={email}
            onChange={setEmail}
            error={errors['email']}
            autoFocus
          />
          <SecretField
            name="password"
            autoComplete="current-password"
            label={w.password}
            value={password}
            onChange={setPassword}
            error={errors['password']}
          />
        </>
      )}
    </EntranceForm>
  )
}

function OidcButton({ name }: { name: string }) {
  const w = useSignInWords()
  const { to } = useSearch({ from: '/sign-in' })
  const leave = useMutation({
    mutationFn: () => hub.session.oidc(),
    onSuccess: ({ url }) => {
      keepWantedPage(ownAddress(to))
      window.location.assign(url)
    },
  })
  return (
    <>
      {leave.isError && <ProblemBlock problem={asProblem(leave.error)} />}
      <Button isPending={leave.isPending} onPress={() => leave.mutate()}>
        {w.with(name)}
      </Button>
    </>
  )
}

/** A page that is redirected to carries no more than the code; the registry is loaded only then. */
async function problemOfCode(code: string): Promise<Problem> {
  const { codes } = await import('@datahub/core/error/codes')
  const known = Object.entries<CodeFacts>(codes).find(([name]) => name === code)?.[1]
  if (!known) return unknown
  const { summary, cure, httpStatus: status } = known
  return { ...unknown, code, status, title: summary, detail: `Could not sign in: ${summary}.`, cure }
}
