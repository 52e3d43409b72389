'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { messages } from '../messages/en.ts';

const shownMs = 1_500;

interface CopyButtonProps {
  readonly text: string;
  readonly what: string;
  /** Printed beside the icon. */
  readonly label?: string;
}

export function CopyButton({ text, what, label }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => undefined,
    );
  const Icon = isCopied ? Check : Copy;
  return (
    <button
      type="button"
      className={label === undefined ? 'icon-button size-6' : 'button button-small'}
      aria-label={messages.delivery.copyLabel(what)}
      onClick={copy}
    >
      <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
      {label}
      <span role="status" className="sr-only">
        {isCopied ? messages.delivery.copied : ''}
      </span>
    </button>
  );
}
