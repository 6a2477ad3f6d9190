export const setupLink = {
  title: 'Where should your data go?',
  lead: 'Enter the bucket that your report data is delivered into, and keys that may write there. They are stored encrypted and shown to nobody.',
  forDestination: (name: string) => `Bucket of ${name}`,
  submit: 'Hand over',
  until: 'This link works once, until',
  done: 'Thank you',
  doneLead: 'Bucket and keys are handed over.',
  doneHint: 'This link is used up. You can close this page.',
}
