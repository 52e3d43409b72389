export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'plain';

const tones = {
  ok: 'tone-ok',
  warn: 'tone-warn',
  bad: 'tone-bad',
  info: 'tone-info',
  plain: 'tone-plain',
} as const satisfies Record<Tone, string>;

export interface Badge {
  readonly tone: Tone;
  readonly label: string;
  readonly hint?: string | undefined;
}

/** A state in one word, its colour never alone. */
export function StatusBadge({ tone, label, hint }: Badge) {
  return (
    <span className={`badge ${tones[tone]}`} title={hint}>
      {label}
    </span>
  );
}
