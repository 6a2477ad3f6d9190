import { rightsOf } from '@datahub/core/access/rights'
import type { Role } from '@datahub/core/access/role'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider } from '@tanstack/react-router'
import { createElement, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { meOptions } from '../app/me.ts'
import { en } from '../i18n/en/index.ts'
import { MessagesContext } from '../i18n/messages.tsx'

/** A part of a page as somebody with the role first sees it, as HTML: drawn where there is no browser. */
export function seenBy(role: Role, part: ReactNode): string {
  const client = new QueryClient()
  client.setQueryData(meOptions.queryKey, {
    user: null,
    token: null,
    workspace: { id: 1, name: 'default' },
    workspaces: [],
    role,
    isHubAdmin: role === 'admin',
    rights: rightsOf({ isSignedIn: true, role, isHubAdmin: role === 'admin', only: null }),
  })
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() })
  const asked = createElement(QueryClientProvider, { client }, part)
  const routed = createElement(RouterContextProvider, { router, children: asked } as never)
  return renderToString(createElement(MessagesContext.Provider, { value: en }, routed))
}
