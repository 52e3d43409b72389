export const escalationLevelMax = 5;
/** With its cause before it, it is a long text of an event. */
export const resolutionNoteMax = 4_000;

/** What staff found to be the cause. */
export const incidentCauses = ['defect', 'setting', 'outage', 'third_party', 'misuse', 'other'] as const;
export type IncidentCause = (typeof incidentCauses)[number];

const causeWords = {
  defect: 'Defect of ours',
  setting: 'Setting',
  outage: 'Outage of ours',
  third_party: 'Third party',
  misuse: 'Misuse',
  other: 'Other cause',
} as const satisfies Record<IncidentCause, string>;

/** As the event of the resolution says it. */
export function resolutionOf(cause: IncidentCause, note: string): string {
  return note === '' ? causeWords[cause] : `${causeWords[cause]}: ${note}`;
}
