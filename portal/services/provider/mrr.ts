export const movementKinds = ['new', 'expansion', 'reactivation', 'contraction', 'churn'] as const;
export type MovementKind = (typeof movementKinds)[number];

export const monthsOfYear = 12n;
