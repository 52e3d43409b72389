import type { ReactNode } from 'react';
import { Brand } from '../../components/shell/brand.tsx';

interface FrameProps {
  readonly title: string;
  readonly purpose: string;
  readonly children: ReactNode;
}

/** The one card of a page that is open to all. */
export function Frame({ title, purpose, children }: FrameProps) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="flex w-full max-w-90 flex-col gap-6">
        <Brand />
        <div className="card flex flex-col gap-5 p-6">
          <div>
            <h1 className="text-title">{title}</h1>
            <p className="break-words text-fg-2">{purpose}</p>
          </div>
          {children}
        </div>
      </div>
    </main>
  );
}

export function Or({ text }: { readonly text: string }) {
  return (
    <p className="flex items-center gap-3 text-caption text-fg-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      {text}
    </p>
  );
}
