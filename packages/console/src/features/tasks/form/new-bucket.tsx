import { lazy, Suspense, type ComponentProps } from 'react'

const Fields = lazy(async () => ({
  default: (await import('../../destinations/destination-fields.tsx')).DestinationFields,
}))
const Policy = lazy(async () => ({ default: (await import('../../destinations/iam-policy.tsx')).IamPolicy }))

/** The fields of a bucket that is not saved yet: they come when somebody wants a new one. */
export function NewBucket(props: ComponentProps<typeof Fields>) {
  return (
    <Suspense fallback={<span className="block h-44" />}>
      <Fields {...props} />
    </Suspense>
  )
}

export function BucketPolicy(props: ComponentProps<typeof Policy>) {
  return (
    <Suspense>
      <Policy {...props} />
    </Suspense>
  )
}
