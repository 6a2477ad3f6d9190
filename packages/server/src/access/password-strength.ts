import { invalid, type DataHubError } from '@datahub/core/error/data-hub-error'

/** Guesses that a password has to withstand: 10^8, the third of zxcvbn's five steps. */
const LEAST_SCORE = 3

let estimator: Promise<Estimator> | undefined

type Estimator = (password: string, words: string[]) => { score: number; feedback: { warning: string | null } }

/**
 * Refuses what people who guess try first: the 30,000 most common passwords, what comes of them by digits and odd
 * letters, walks on the keyboard, repetitions, and what has to do with the user. Throws `request.invalid`.
 */
export async function assertPassword(password: string, email: string): Promise<void> {
  const [name = '', domain = ''] = email.toLowerCase().split('@')
  if (name.length > 3 && password.toLowerCase().includes(name)) throw refused('contains the name of the user')
  estimator ??= loadEstimator()
  const { score, feedback } = (await estimator)(password, [name, domain, ...domain.split('.'), 'datahub'])
  if (score >= LEAST_SCORE) return
  const isCommon = feedback.warning === 'common' || feedback.warning === 'similarToCommon'
  throw refused(isCommon ? 'is, or is much like, one of the passwords that are tried first' : 'is too easy to guess')
}

/** Half a megabyte of words: read when somebody first sets a password. */
async function loadEstimator(): Promise<Estimator> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  const factory = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
  return (password, words) => factory.check(password, words)
}

function refused(problem: string): DataHubError {
  const cure = 'Use four words or more that do not belong together, without your name.'
  return invalid('use this password', [{ field: 'password', problem, cure }])
}
