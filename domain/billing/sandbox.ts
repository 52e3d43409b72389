/** How the sandbox provider meets a charge: what it answers, and whether money moved. `none` is a timeout. */
export interface SandboxCharge {
  readonly answer: 'succeeded' | 'declined_soft' | 'declined_hard' | 'none';
  readonly isCharged: boolean;
}

const charges = {
  pm_ok: { answer: 'succeeded', isCharged: true },
  pm_declined_soft: { answer: 'declined_soft', isCharged: false },
  pm_declined_hard: { answer: 'declined_hard', isCharged: false },
  pm_timeout_charged: { answer: 'none', isCharged: true },
  pm_timeout_not_charged: { answer: 'none', isCharged: false },
} as const satisfies Record<string, SandboxCharge>;

const softThenOk = /^pm_soft_then_ok_([0-9]{1,3})$/;

/**
 * The outcome is chosen by the payment method's token alone, so that every path can be driven from outside.
 * @param earlier how many charges of the invoice were tried with this token before
 * @returns undefined for a token that the sandbox does not know
 */
export function sandboxCharge(token: string, earlier: number): SandboxCharge | undefined {
  if (isFixed(token)) return charges[token];
  const declines = softThenOk.exec(token)?.[1];
  if (declines === undefined) return undefined;
  return earlier < Number(declines) ? charges.pm_declined_soft : charges.pm_ok;
}

function isFixed(token: string): token is keyof typeof charges {
  return Object.hasOwn(charges, token);
}
