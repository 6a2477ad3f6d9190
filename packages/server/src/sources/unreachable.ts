/** What to look at when a database server is not reached, by the code of the system. */
export function hintForUnreachable(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
      return 'There is no host of that name: check the host.'
    case 'ECONNREFUSED':
      return 'Nothing listens there: check host and port, and that the database is up.'
    default:
      return 'Check host, port, firewall and that the database is up.'
  }
}
