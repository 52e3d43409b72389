/** A step of a subscription's script: `month` of the story, counted from 0, and the day in it. */
export interface SubscriptionStep {
  readonly month: number;
  readonly day: number;
  readonly id: string;
  readonly is: 'created' | 'updated' | 'canceled';
  readonly plan?: string;
  readonly status?: 'trialing' | 'active' | 'past_due';
  readonly priceMinor?: number;
  readonly interval?: 'month' | 'year';
  readonly quantity?: number;
}

export interface DemoOrg {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  /** The month of the story with which it comes. */
  readonly since: number;
  readonly plan: string | undefined;
  readonly taxRate?: string;
  readonly dueDays?: number;
  /** Of the sandbox provider: it decides how charges end. */
  readonly token?: string;
  readonly endState?: 'uncollectible' | 'cancel_subscription' | 'past_due';
  /** Roughly how many calls a day. */
  readonly callsPerDay: number;
  readonly leadsPerMonth: number;
  /** Minor units for a converted lead; some convert without. */
  readonly leadFeeMinor: number;
  readonly addons: boolean;
  /** AI credits used in a month, about. */
  readonly aiCredits: number;
  readonly incidents: number;
  /** Tells invoices of its own too. */
  readonly reports: boolean;
  /** Minor units that it pays over each of them: its credit, which pays a part of what is rated next. */
  readonly overpaysMinor?: number;
  readonly evaluates: boolean;
  readonly subscriptions: readonly SubscriptionStep[];
}

/** What an org does nothing of unless it says so. */
export const quiet = {
  leadsPerMonth: 0,
  leadFeeMinor: 0,
  addons: false,
  aiCredits: 0,
  incidents: 0,
  reports: false,
  evaluates: false,
} as const;
