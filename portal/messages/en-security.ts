/** What is said where staff prove who they are. */
export const security = {
  or: 'or',
  passkeySignIn: 'Sign in with a passkey',
  passkeyRefused: 'This passkey was not accepted.',
  passkeyNone: 'No passkey was chosen.',
  secondStep: {
    title: 'Confirm it is you',
    purpose: (email: string) => `Second step for ${email}.`,
    code: 'Code from your authenticator app',
    codeHint: 'Six digits; a new code every 30 seconds.',
    recovery: 'Recovery code',
    recoveryHint: 'One of the ten you stored. Each works once.',
    submit: 'Confirm',
    submitting: 'Confirming…',
    refused: 'This code is not right, or was used already.',
    limited: 'Too many attempts. Try again in a few minutes.',
    unavailable: 'Sign-in is not available right now. Try again shortly.',
    usePasskey: 'Use a passkey',
    useRecovery: 'Use a recovery code',
    useOther: 'Use another way',
    startOver: 'Use another account',
  },
} as const;
