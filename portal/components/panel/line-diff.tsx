import { diffLines } from 'diff';

interface LineDiffProps {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  /** Equal lines that stand away from every change are left out, and said so; without it all are shown. */
  readonly folded?: (count: number) => string;
}

interface Part {
  readonly sign: '−' | '+' | ' ';
  readonly lines: readonly string[];
}

const looks = { '−': 'bg-bad-soft text-bad-text', '+': 'bg-ok-soft text-ok-text', ' ': '' } as const;
const contextLines = 3;

/** So many changed lines are looked for; texts further apart are shown one after the other. */
const editsMax = 4_000;

/** Two texts, line by line: what is gone, what came, and what is the same around it. */
export function LineDiff({ label, before, after, folded }: LineDiffProps) {
  return (
    <figure aria-label={label} className="overflow-hidden rounded-control border border-line bg-sunken">
      <pre
        tabIndex={0}
        className="max-h-[480px] overflow-auto py-2 font-mono text-code whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {partsOf(before, after).map((part, index, parts) => (
          <Lines key={index} part={part} folded={folded} isFirst={index === 0} isLast={index === parts.length - 1} />
        ))}
      </pre>
      <figcaption className="border-t border-line px-3 py-1.5 text-caption text-fg-2">{label}</figcaption>
    </figure>
  );
}

interface LinesProps {
  readonly folded: LineDiffProps['folded'];
  readonly part: Part;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function Lines({ part: { sign, lines }, folded, isFirst, isLast }: LinesProps) {
  const isLong = sign === ' ' && folded !== undefined && lines.length > 2 * contextLines;
  if (!isLong) return lines.map((line, index) => <Line key={index} sign={sign} line={line} />);
  const [head, tail] = [isFirst ? [] : lines.slice(0, contextLines), isLast ? [] : lines.slice(-contextLines)];
  return (
    <>
      {head.map((line, index) => (
        <Line key={`head ${index}`} sign={sign} line={line} />
      ))}
      <span className="block px-3 py-1 text-fg-3">{folded(lines.length - head.length - tail.length)}</span>
      {tail.map((line, index) => (
        <Line key={`tail ${index}`} sign={sign} line={line} />
      ))}
    </>
  );
}

function Line({ sign, line }: { readonly sign: Part['sign']; readonly line: string }) {
  return <span className={`block px-3 ${looks[sign]}`}>{`${sign} ${line}`}</span>;
}

function partsOf(before: string, after: string): readonly Part[] {
  const changes = diffLines(ended(before), ended(after), { maxEditLength: editsMax });
  const parts = changes ?? [
    { value: before, removed: true, added: false },
    { value: after, added: true, removed: false },
  ];
  return parts.map(({ value, added, removed }) => ({
    sign: added ? '+' : removed ? '−' : ' ',
    lines: value.replace(/\n$/, '').split('\n'),
  }));
}

/** A last line without its end is no change. */
function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
