import { QueryClientProvider } from '@tanstack/react-query'
import { createRouter, RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { I18nProvider } from './components/ui/i18n-provider.ts'
import { createRoot } from 'react-dom/client'
import { makeQueryClient } from './app/query-client.ts'
import { basepath } from './app/workspace.ts'
import { usePreferences } from './app/preferences.ts'
import { MessagesProvider } from './i18n/messages.tsx'
import { routeTree } from './routes.tsx'
import './styles.css'

const client = makeQueryClient(() => {
  const to = router.state.location.href
  // Whoever has a setup link has no account
  if (!to.startsWith('/sign-in') && !to.startsWith('/s/')) void router.navigate({ to: '/sign-in', search: { to } })
})

const router = createRouter({
  routeTree,
  basepath,
  context: { client },
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

// The parts of the page at hand are asked for together, and not each when the one before it has come
for (const { routeId } of router.matchRoutes(router.latestLocation))
  void router.loadRouteChunk(router.routesById[routeId as keyof typeof router.routesById])

function App() {
  const { locale } = usePreferences()
  return (
    <I18nProvider locale={locale === 'zh' ? 'zh-CN' : 'en-US'}>
      <MessagesProvider>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MessagesProvider>
    </I18nProvider>
  )
}

const place = document.getElementById('root')
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
