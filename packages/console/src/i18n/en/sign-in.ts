export const signIn = {
  title: 'Sign in',
  lead: 'Your report data, delivered into your own storage.',
  submit: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  passwordHelp: 'At least 12 characters: long rather than odd.',
  with: (name: string) => `Sign in with ${name}`,
  setupNeeded: 'This hub has no administrator yet.',
  toSetup: 'Set it up',
  setupTitle: 'Set up Data Hub',
  setupLead: 'Create the first administrator.',
  code: 'Setup code',
  codeHelp: 'Printed on the console of the server when it started.',
  name: 'Your name',
  setupSubmit: 'Create administrator',
  invitationTitle: 'Set your password',
  invitationLead: 'You were invited to Data Hub.',
  invitationCode: 'Invitation code',
  invitationSubmit: 'Set password and sign in',
}

export type SignInMessages = typeof signIn
