import { createRootRouteWithContext, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import type { QueryClient } from '@tanstack/react-query'
import { asProblem } from './api/problem.ts'
import { meOptions } from './app/me.ts'
import { completeAddress } from './app/workspace.ts'
import { NotFound } from './app/not-found.tsx'
import { Unreachable } from './app/unreachable.tsx'
import { isFiltered, rememberedFilters, rememberFilters } from './features/tasks/remembered-filters.ts'
import { tasksOptions } from './features/tasks/use-tasks.ts'
import { takeWantedPage } from './features/sign-in/wanted-page.ts'
import {
  activitySearch,
  destinationSearch,
  helpSearch,
  homeSearch,
  executionSearch,
  newTaskSearch,
  settingsSearch,
  signInSearch,
  taskListSearch,
  taskSearch,
} from './app/search.ts'

/** Every page, a line each. What a page keeps in the address is declared in app/search.ts. */

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  notFoundComponent: () => (
    <main>
      <NotFound />
    </main>
  ),
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: lazyRouteComponent(() => import('./app/layout.tsx'), 'Layout'),
  beforeLoad: async ({ context, location }) => {
    try {
      const me = await context.client.ensureQueryData(meOptions)
      // Nothing is drawn for the moment until the other address is there
      if (completeAddress(me.workspace?.name, me.workspaces)) await new Promise<never>(() => undefined)
    } catch (error) {
      if (asProblem(error).status === 401) throw redirect({ to: '/sign-in', search: { to: location.href } })
      throw error
    }
    const wanted = location.href === '/' ? takeWantedPage() : undefined
    if (wanted !== undefined) throw redirect({ href: wanted })
  },
  errorComponent: ({ error, reset }) => <Unreachable error={error} retry={reset} />,
})

const page = <Path extends string>(path: Path) => ({ getParentRoute: () => signedIn, path }) as const

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('./features/sign-in/sign-in-page.tsx'), 'SignInPage'),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./features/sign-in/setup-page.tsx'), 'SetupPage'),
})
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./features/sign-in/invitation-page.tsx'), 'InvitationPage'),
})
const setupLink = createRoute({
  getParentRoute: () => root,
  path: '/s/$code',
  component: lazyRouteComponent(() => import('./features/setup-link/setup-link-page.tsx'), 'SetupLinkPage'),
})
const home = createRoute({
  ...page('/'),
  validateSearch: homeSearch,
  component: lazyRouteComponent(() => import('./features/home/home-page.tsx'), 'HomePage'),
})
const tasks = createRoute({
  ...page('/tasks'),
  validateSearch: taskListSearch,
  beforeLoad: ({ search, preload }) => {
    if (isFiltered(search)) {
      if (!preload) rememberFilters(search)
      return
    }
    const last = search.cursor === undefined ? rememberedFilters() : undefined
    if (last) throw redirect({ to: '/tasks', search: last, replace: true })
  },
  // Asked for while the page itself is still coming
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.client.prefetchQuery(tasksOptions(deps)),
  component: lazyRouteComponent(() => import('./features/tasks/tasks-page.tsx'), 'TasksPage'),
})
const newTask = createRoute({
  ...page('/tasks/new'),
  validateSearch: newTaskSearch,
  component: lazyRouteComponent(() => import('./features/tasks/form/new-task-page.tsx'), 'NewTaskPage'),
})
const destinations = createRoute({
  ...page('/destinations'),
  component: lazyRouteComponent(() => import('./features/destinations/destinations-page.tsx'), 'DestinationsPage'),
})
const newDestination = createRoute({
  ...page('/destinations/new'),
  validateSearch: destinationSearch,
  component: lazyRouteComponent(() => import('./features/destinations/destination-page.tsx'), 'NewDestinationPage'),
})
const destination = createRoute({
  ...page('/destinations/$name'),
  component: lazyRouteComponent(() => import('./features/destinations/destination-page.tsx'), 'DestinationPage'),
})
const task = createRoute({
  ...page('/tasks/$id'),
  validateSearch: taskSearch,
  component: lazyRouteComponent(() => import('./features/tasks/task-page.tsx'), 'TaskPage'),
})
const backfill = createRoute({
  ...page('/backfills/$id'),
  validateSearch: executionSearch,
  component: lazyRouteComponent(() => import('./features/backfills/backfill-page.tsx'), 'BackfillPage'),
})
const sources = createRoute({
  ...page('/sources'),
  component: lazyRouteComponent(() => import('./features/sources/sources-page.tsx'), 'SourcesPage'),
})
const newSource = createRoute({
  ...page('/sources/new'),
  component: lazyRouteComponent(() => import('./features/sources/source-page.tsx'), 'NewSourcePage'),
})
const source = createRoute({
  ...page('/sources/$name'),
  component: lazyRouteComponent(() => import('./features/sources/source-page.tsx'), 'SourcePage'),
})
const activity = createRoute({
  ...page('/activity'),
  validateSearch: activitySearch,
  component: lazyRouteComponent(() => import('./features/activity/activity-page.tsx'), 'ActivityPage'),
})
const settings = createRoute({
  ...page('/settings'),
  validateSearch: settingsSearch,
  component: lazyRouteComponent(() => import('./features/settings/settings-page.tsx'), 'SettingsPage'),
})
const errors = createRoute({
  ...page('/help/errors'),
  validateSearch: helpSearch,
  component: lazyRouteComponent(() => import('./features/errors/errors-page.tsx'), 'ErrorsPage'),
})
const error = createRoute({
  ...page('/help/errors/$code'),
  component: lazyRouteComponent(() => import('./features/errors/errors-page.tsx'), 'ErrorPage'),
})
const api = createRoute({
  ...page('/help/api'),
  validateSearch: helpSearch,
  component: lazyRouteComponent(() => import('./features/api/api-page.tsx'), 'ApiPage'),
})

export const routeTree = root.addChildren([
  signIn,
  setup,
  invitation,
  setupLink,
  signedIn.addChildren([
    home,
    tasks,
    newTask,
    task,
    backfill,
    destinations,
    newDestination,
    destination,
    sources,
    newSource,
    source,
    activity,
    settings,
    errors,
    error,
    api,
  ]),
])
