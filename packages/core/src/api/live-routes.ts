import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { FilePage, HomeView, TaskDaysPage } from './live-shapes.ts'
import { Cursor, Limit } from './values.ts'

/** Something has changed: ask for it again. Nothing of it stands here. */
export const ChangeEvent = z
  .object({
    kind: z.enum(['refetch', 'task', 'execution', 'backfill']).meta({
      description: 'refetch: changes may have been missed, so everything on screen is asked for again',
    }),
    id: z.number().nullable(),
    taskId: z.number().nullable(),
  })
  .meta({ id: 'ChangeEvent' })

/** The routes of what pages show of everything together, and of what changes while one looks. */
export const liveRoutes = {
  events: oc
    .route({
      method: 'GET',
      path: '/events',
      tags: ['live'],
      summary: 'What changes from now on, as server-sent events; each connection begins with refetch',
    })
    .input(
      z.object({
        workspace: z
          .string()
          .optional()
          .meta({ description: 'In place of the header DataHub-Workspace, which a browser cannot send with a stream' }),
      }),
    )
    .output(eventIterator(ChangeEvent)),
  home: oc
    .route({ method: 'GET', path: '/home', tags: ['live'], summary: 'What needs action, and how the tasks stand' })
    .output(HomeView),
  days: oc
    .route({
      method: 'GET',
      path: '/home/days',
      tags: ['live'],
      summary:
        'The last 14 data days of the recurring tasks; those that fail for the longest first, then those with gaps',
    })
    .input(
      z.object({
        text: z.string().max(200).optional().meta({ description: 'A part of the name, or the id' }),
        cursor: Cursor.optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
    )
    .output(TaskDaysPage),
  files: oc
    .route({
      method: 'GET',
      path: '/tasks/{task}/files',
      tags: ['tasks'],
      summary: 'The packages of a task as its consumers see them, the newest first',
    })
    .input(
      z.object({
        task: z.string().meta({ description: 'The id or the name' }),
        cursor: Cursor.optional(),
        limit: Limit.default(50),
      }),
    )
    .output(FilePage),
  syncLog: oc
    .route({
      method: 'GET',
      path: '/tasks/{task}/sync-log',
      tags: ['tasks'],
      summary: 'The sync log of a task as it is to stand in the bucket',
    })
    .input(z.object({ task: z.string() }))
    .output(
      z.object({
        key: z.string(),
        text: z.string(),
        isPublished: z.boolean().meta({ description: 'Whether the bucket has this version' }),
      }),
    ),
}

export type ChangeEvent = z.output<typeof ChangeEvent>
