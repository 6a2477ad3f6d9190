import type { Implementer } from '../implementer.ts'

export function keyRoutes(os: Implementer) {
  const { key } = os
  return key.router({
    list: key.list.handler(({ context }) => context.keys.list(context.access)),
    rotate: key.rotate.handler(({ context }) => context.keys.rotate(context.access)),
  })
}
