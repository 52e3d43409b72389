import type { ReactNode } from 'react';
import { CopyButton } from '../copy-button.tsx';

interface CodeBlockProps {
  readonly label: string;
  /** What the button copies. */
  readonly text: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
}

/** Text as it is, wrapped: never wider than its card. */
export function CodeBlock({ label, text, children, note }: CodeBlockProps) {
  return (
    <figure className="overflow-hidden rounded-control border border-line bg-sunken" aria-label={label}>
      <div className="flex items-start">
        <pre
          tabIndex={0}
          className="max-h-[480px] min-w-0 flex-1 overflow-auto py-2.5 pl-3 font-mono text-code break-words whitespace-pre-wrap [overflow-wrap:anywhere]"
        >
          {children}
        </pre>
        <div className="flex-none p-1.5">
          <CopyButton text={text} what={label.toLowerCase()} />
        </div>
      </div>
      {note && <figcaption className="border-t border-line px-3 py-1.5 text-caption text-fg-2">{note}</figcaption>}
    </figure>
  );
}
