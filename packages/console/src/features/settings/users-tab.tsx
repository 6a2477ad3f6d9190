import type { UserView } from '@datahub/core/api/access-shapes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { CodeBlock } from '../../components/code.tsx'
import { Confirm, type Question } from '../../components/confirm.tsx'
import { fieldErrors } from '../../components/form-errors.tsx'
import { Card } from '../../components/page.tsx'
import { Answer, NoRight, ProblemBlock } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { RadioCards } from '../../components/ui/radio-cards.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { FilterSelect } from '../../components/ui/filter-select.tsx'
import { Menu } from '../../components/ui/menu.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useSignInWords } from '../../i18n/sign-in.ts'
import { useSettingsWords } from '../../i18n/settings.ts'

type Role = UserView['role']
const ROLES = ['viewer', 'operator', 'admin'] as const

export function UsersTab() {
  const m = useMessages()
  const settings = useSettingsWords()
  const may = useMay()
  const client = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [code, setCode] = useState<string>()
  const [question, setQuestion] = useState<Question>()
  const users = useQuery(query.user.list.queryOptions({ enabled: may('user.list') }))
  if (!may('user.list')) return <NoRight least="admin" />
  const change = async (act: () => Promise<unknown>) => {
    try {
      await act()
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
    await client.invalidateQueries({ queryKey: query.user.key() })
  }
  const invite = (id: number) => change(async () => setCode((await hub.user.invite({ id })).code))
  const columns: readonly Column<UserView>[] = [
    {
      key: 'name',
      title: m.common.name,
      cell: ({ name, email }) => (
        <>
          <span className="font-medium">{name}</span>
          <span className="block text-sm text-faint">{email}</span>
        </>
      ),
    },
    {
      key: 'role',
      title: settings.role,
      cell: ({ id, name, role }) => (
        <RoleSelect name={name} role={role} onChange={(role) => void change(() => hub.user.setRole({ id, role }))} />
      ),
    },
    {
      key: 'last',
      title: settings.lastSignIn,
      cell: ({ lastSignInAt, isDisabled, signsInBy }) =>
        isDisabled ? (
          settings.disabled
        ) : signsInBy.length === 0 ? (
          <span className="text-warn">{settings.invited}</span>
        ) : (
          <Instant at={lastSignInAt} />
        ),
    },
    {
      key: 'actions',
      title: <span className="sr-only">{m.common.actions}</span>,
      className: 'w-12',
      cell: ({ id, name, isDisabled }) => (
        <Menu
          label={`${m.common.more}: ${name}`}
          size="small"
          actions={[
            { key: 'invite', title: settings.invite, do: () => void invite(id) },
            isDisabled
              ? { key: 'enable', title: settings.enable, do: () => void change(() => hub.user.enable({ id })) }
              : {
                  key: 'disable',
                  title: settings.disable,
                  do: () =>
                    setQuestion({
                      title: settings.disableTitle(name),
                      hint: settings.disableHint,
                      verb: settings.disable,
                      do: () => void change(() => hub.user.disable({ id })),
                    }),
                },
            {
              key: 'remove',
              title: settings.removeUser,
              isDanger: true,
              isSeparated: true,
              do: () =>
                setQuestion({
                  title: settings.removeTitle(name),
                  hint: settings.removeHint,
                  verb: settings.remove,
                  do: () => void change(() => hub.user.remove({ id })),
                }),
            },
          ]}
        >
          <Ellipsis aria-hidden size={17} />
        </Menu>
      ),
    },
  ]
  return (
    <Answer of={users}>
      {(found) => (
        <>
          <Card
            flush
            title={settings.users}
            actions={
              <Button size="small" look="primary" onPress={() => setAdding(true)}>
                {settings.addUser}
              </Button>
            }
          >
            <Table caption={settings.users} columns={columns} rows={found} keyOf={({ id }) => id} />
          </Card>
          <Confirm question={question} onClose={() => setQuestion(undefined)} />
          {isAdding && <AddUser onClose={() => setAdding(false)} onInvited={setCode} />}
          <Dialog title={settings.invitation} isOpen={code !== undefined} onClose={() => setCode(undefined)}>
            <p className="mb-3 text-soft">{settings.invitationHint}</p>
            <CodeBlock text={`${window.location.origin}/invitation#${code}`} what={settings.invitation} />
          </Dialog>
        </>
      )}
    </Answer>
  )
}

function RoleSelect({ name, role, onChange }: { name: string; role: Role; onChange(role: Role): void }) {
  const m = useMessages()
  const settings = useSettingsWords()
  return (
    <FilterSelect
      label={`${settings.role}: ${name}`}
      options={ROLES.map((key) => ({ key, title: m.common.roles[key] }))}
      value={role}
      onChange={(chosen) => chosen && onChange(chosen)}
    />
  )
}

function AddUser({ onClose, onInvited }: { onClose(): void; onInvited(code: string): void }) {
  const m = useMessages()
  const signIn = useSignInWords()
  const settings = useSettingsWords()
  const client = useQueryClient()
  const [values, setValues] = useState<{ email: string; name: string; role: Role }>({
    email: '',
    name: '',
    role: 'viewer',
  })
  const [problem, setProblem] = useState<ReturnType<typeof asProblem>>()
  const errors = fieldErrors(problem)
  const add = async () => {
    try {
      const { invitation } = await hub.user.create(values)
      notify(settings.added(values.name))
      onClose()
      if (invitation) onInvited(invitation.code)
      await client.invalidateQueries({ queryKey: query.user.key() })
    } catch (failure) {
      setProblem(asProblem(failure))
    }
  }
  return (
    <Dialog
      title={settings.addUser}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button look="primary" onPress={() => void add()}>
            {settings.addUser}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {problem && problem.errors.length === 0 && <ProblemBlock problem={problem} />}
        <TextField
          autoFocus
          label={signIn.email}
          type="email"
          value={values.email}
          onChange={(email) => setValues({ ...values, email })}
          error={errors['email']}
        />
        <TextField
          label={m.common.name}
          value={values.name}
          onChange={(name) => setValues({ ...values, name })}
          error={errors['name']}
        />
        <RadioCards<Role>
          label={settings.role}
          value={values.role}
          onChange={(role) => setValues({ ...values, role })}
          options={ROLES.map((key) => ({ key, title: m.common.roles[key], detail: settings.roleHints[key] }))}
        />
      </div>
    </Dialog>
  )
}
