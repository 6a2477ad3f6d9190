import type { TokenView } from '@datahub/core/api/access-shapes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { CodeBlock } from '../../components/code.tsx'
import { Confirm, type Question } from '../../components/confirm.tsx'
import { Card } from '../../components/page.tsx'
import { Answer, Empty, NoRight, ProblemBlock } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { RadioCards } from '../../components/ui/radio-cards.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useSettingsWords } from '../../i18n/settings.ts'

type Role = TokenView['role']

export function TokensTab() {
  const m = useMessages()
  const settings = useSettingsWords()
  const may = useMay()
  const client = useQueryClient()
  const [isMaking, setMaking] = useState(false)
  const [question, setQuestion] = useState<Question>()
  const tokens = useQuery(query.token.list.queryOptions({ enabled: may('token.list') }))
  if (!may('token.list')) return <NoRight least="admin" />
  const revoke = async ({ id, name }: TokenView) => {
    try {
      await hub.token.revoke({ id })
      notify(settings.revoked(name))
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
    await client.invalidateQueries({ queryKey: query.token.key() })
  }
  const columns: readonly Column<TokenView>[] = [
    {
      key: 'name',
      title: m.common.name,
      cell: ({ name, hint }) => (
        <>
          <span className="font-medium">{name}</span>
          <code className="block font-mono text-sm text-faint">{hint}</code>
        </>
      ),
    },
    { key: 'role', title: settings.role, cell: ({ role }) => m.common.roles[role] },
    { key: 'created', title: m.common.created, isMinor: true, cell: ({ createdAt }) => <Instant at={createdAt} /> },
    {
      key: 'used',
      title: settings.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? settings.never : <Instant at={lastUsedAt} />),
    },
    {
      key: 'expires',
      title: settings.expires,
      cell: ({ expiresAt }) => (expiresAt === null ? settings.neverExpires : <Instant at={expiresAt} />),
    },
    {
      key: 'revoke',
      className: 'text-right',
      title: <span className="sr-only">{m.common.actions}</span>,
      cell: (token) => (
        <Button
          size="small"
          look="danger"
          aria-label={`${settings.revoke} ${token.name}`}
          onPress={() =>
            setQuestion({
              title: settings.revokeTitle(token.name),
              hint: settings.revokeHint,
              verb: settings.revoke,
              do: () => void revoke(token),
            })
          }
        >
          {settings.revoke}
        </Button>
      ),
    },
  ]
  return (
    <Answer of={tokens}>
      {(found) => (
        <Card
          flush
          title={settings.tokens}
          actions={
            <Button size="small" look="primary" onPress={() => setMaking(true)}>
              {settings.makeToken}
            </Button>
          }
        >
          {found.length === 0 ? (
            <Empty title={settings.noTokens}>{settings.noTokensHint}</Empty>
          ) : (
            <Table caption={settings.tokens} columns={columns} rows={found} keyOf={({ id }) => id} />
          )}
          {isMaking && <MakeToken onClose={() => setMaking(false)} />}
          <Confirm question={question} onClose={() => setQuestion(undefined)} />
        </Card>
      )}
    </Answer>
  )
}

function MakeToken({ onClose }: { onClose(): void }) {
  const m = useMessages()
  const settings = useSettingsWords()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('operator')
  const [days, setDays] = useState('90')
  const [token, setToken] = useState<string>()
  const [problem, setProblem] = useState<ReturnType<typeof asProblem>>()
  const make = async () => {
    try {
      const expiry = days.trim() === '' ? {} : { expiresInDays: Number(days) }
      setToken((await hub.token.create({ name, role, ...expiry })).token)
      await client.invalidateQueries({ queryKey: query.token.key() })
    } catch (failure) {
      setProblem(asProblem(failure))
    }
  }
  return (
    <Dialog
      title={settings.makeToken}
      isOpen
      onClose={onClose}
      footer={
        token === undefined && (
          <>
            <Button onPress={onClose}>{m.common.cancel}</Button>
            <Button look="primary" isDisabled={name.trim() === ''} onPress={() => void make()}>
              {settings.makeToken}
            </Button>
          </>
        )
      }
    >
      {token === undefined ? (
        <div className="flex flex-col gap-4">
          {problem && <ProblemBlock problem={problem} />}
          <TextField autoFocus label={settings.tokenName} value={name} onChange={setName} />
          <RadioCards<Role>
            label={settings.role}
            value={role}
            onChange={(chosen) => setRole(chosen)}
            options={(['viewer', 'operator', 'admin'] as const).map((key) => ({
              key,
              title: m.common.roles[key],
              detail: settings.roleHints[key],
            }))}
          />
          <TextField label={settings.expiresInDays} value={days} onChange={setDays} inputMode="numeric" optional />
        </div>
      ) : (
        <>
          <p className="mb-3 text-soft">{settings.tokenOnce}</p>
          <CodeBlock text={token} what={settings.makeToken} />
        </>
      )}
    </Dialog>
  )
}
