/** What the product promises, by number, in the words of docs/reliability.md. Tests name the numbers. */
export const REQUIREMENTS: readonly { readonly group: string; readonly promises: Readonly<Record<string, string>> }[] =
  [
    {
      group: 'Delivery and the order of commits',
      promises: {
        R1: 'Killed at any instant and started again, an execution ends with one package and one final row.',
        R2: 'Whoever sees status 6 finds the package, whole.',
        R3: 'An upload whose answer was lost is found by reading back: one object, no failure.',
        R4: 'Other content under a name is never overwritten, and the failure says so.',
        R5: 'A retry sends the same bytes under the same key; what was published never changes.',
        R6: 'A source connection that dies ends in status 5, without an object, and the process stays up.',
        R7: 'A stage that ends early without an error, a truncated package or a flipped bit never becomes status 6.',
        R8: 'A storage that says yes and no at once is settled by looking, never taken at its word.',
        R9: 'Cancelled at any instant, an execution ends cancelled or delivered: never both, never half.',
        R10: 'A full disk ends the execution with status 5 and leaves nothing; the database and other tasks are fine.',
      },
    },
    {
      group: 'The sync log',
      promises: {
        R11: 'Executions that finish together are each in the log, once, whatever answers are lost.',
        R12: 'The first log is created with three rights and no listing; what is missing is told from what is forbidden.',
        R13: 'A log that was deleted or edited, or a database from an older backup: known rows come back, unknown ones stay.',
        R14: "Another installation's folder is refused, and nothing in it is overwritten.",
        R15: 'A writer that was frozen past its lease is fenced, or put right by the sweep.',
        R16: 'Whatever a failure reason holds, it stays one record of 11 columns and no formula.',
        R17: 'A log that cannot be written for hours holds up no delivery, and is repaired.',
      },
    },
    {
      group: 'S3, retries and limits',
      promises: {
        R18: 'Faults that pass are tried again until the horizon, with jitter and fresh credentials.',
        R19: 'A storage that never answers ends the attempt at its deadline.',
        R20: 'What only the user can mend is not tried again, and says how to mend it.',
        R21: 'An upload that fails reports why it failed; its parts are removed where that is allowed.',
        R22: 'Any size goes in at most 10,000 equal parts, through a fixed memory.',
        R23: 'Clocks may be off or jump: no slot is missed or doubled.',
        R24: 'A wrong region, endpoint or bucket name is named, with the right value where there is one.',
        R25: 'The connection test tells the truth about each ability of a storage within 15 seconds.',
      },
    },
    {
      group: 'Scheduling and concurrency',
      promises: {
        R26: 'Two dispatchers, a double click, a retry beside a schedule: one execution per task and slot.',
        R27: 'After downtime each missed data range is delivered once, as the policy says.',
        R28: 'Over clock changes, leap days and changes of zone no data day is missed or doubled.',
      },
    },
    {
      group: 'Sources and data',
      promises: {
        R29: 'A package shows one instant of all its tables while others write to them.',
        R30: 'A slow receiver does not break the query; a deadline ends it on the server, too.',
        R31: 'Every value arrives as it was; no rows make a header and status 6.',
        R32: 'A loader that is killed, given packages twice or in another order, applies each once.',
        R33: 'A malicious package is refused before a write; an honest one that compresses well is not.',
      },
    },
    {
      group: 'Security',
      promises: {
        R34: 'Secrets are in no answer, log or error; moved or altered, their ciphertext does not open.',
        R35: 'No address of this machine is reached, whichever way it is spelled or stored.',
        R36: 'The identity of the host is never used.',
        R37: 'Each role may do in its own workspace what the table says, and nothing elsewhere.',
        R38: 'Guessing passwords is slowed down; the owner still gets in.',
        R39: 'A fresh installation lets in whoever has its setup code, and nobody else.',
        R40: 'A dependency that runs scripts at installation, is not pinned or not in the lock file fails CI.',
      },
    },
  ]
