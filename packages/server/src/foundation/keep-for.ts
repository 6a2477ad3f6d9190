/** Asks at most once in so many milliseconds: until then everybody gets the same answer, those who wait for it too. */
export function keepFor<Answer>(ms: number, ask: () => Promise<Answer>): () => Promise<Answer> {
  let kept: { readonly answer: Promise<Answer>; readonly at: number } | undefined
  return () => {
    const now = performance.now()
    if (!kept || now - kept.at > ms) kept = { answer: ask(), at: now }
    return kept.answer
  }
}
