import { createRootRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { session } from './api/session.ts'
import { Layout } from './app/layout.tsx'
import { NotFound } from './app/not-found.tsx'
import { destinationSearch, newTaskSearch, signInSearch, taskListSearch } from './app/search.ts'

/** Every page, a line each. What a page keeps in the address is declared in app/search.ts. */

const root = createRootRoute({ notFoundComponent: NotFound })

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Layout,
  beforeLoad: ({ location }) => {
    if (session.token() === null) throw redirect({ to: '/sign-in', search: { to: location.href } })
  },
})

const page = <Path extends string>(path: Path) => ({ getParentRoute: () => signedIn, path }) as const

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('./features/sign-in/sign-in-page.tsx'), 'SignInPage'),
})
const home = createRoute({
  ...page('/'),
  beforeLoad: () => {
    throw redirect({ to: '/tasks' })
  },
})
const tasks = createRoute({
  ...page('/tasks'),
  validateSearch: taskListSearch,
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
const error = createRoute({
  ...page('/help/errors/$code'),
  component: NotFound,
})

export const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([home, tasks, newTask, destinations, newDestination, destination, error]),
])
