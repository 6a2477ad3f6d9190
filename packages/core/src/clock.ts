/** The one source of "now": production passes the system's, tests and simulations their own. */
export interface Clock {
  now(): Date
}
