import type { ReportServiceDouble } from './report-service-double.ts'

/** How the double of a report service is described in a definition, as services are that report by the day. */
export function connectionTo(service: ReportServiceDouble) {
  return {
    baseUrl: service.url,
    auth: { type: 'client-credentials', tokenUrl: `${service.url}/auth/o2/token`, clientId: 'client' },
    clientSecret: 'client-secret',
    create: {
      path: '/reporting/reports',
      headers: { 'X-Idempotency-Key': '{key}' },
      body: {
        startDate: '{from}',
        endDate: '{to}',
        configuration: { reportTypeId: '{parameter.type}', columns: ['date'], stamp: 'at {from:compact}' },
      },
      reportId: 'reportId',
    },
    poll: {
      path: '/reporting/reports/{reportId}',
      state: 'status',
      pending: ['PENDING', 'PROCESSING'],
      ready: ['COMPLETED'],
      failed: ['FAILED'],
      url: 'url',
      rows: 'rowCount',
      everySeconds: 0.05,
    },
    download: { format: 'json' },
    requestsPerMinute: 60_000,
  }
}
