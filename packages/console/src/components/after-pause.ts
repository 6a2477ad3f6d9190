import { useEffect, useState } from 'react'

/** A value as it was when it last stood still for a moment: what is typed is not asked letter by letter. */
export function useAfterPause<Value>(value: Value, pauseMs = 250): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), pauseMs)
    return () => window.clearTimeout(timer)
  }, [value, pauseMs])
  return settled
}
