import { messages } from '../../messages/en.ts';

export function Brand() {
  return (
    <span className="flex items-center gap-2">
      <svg viewBox="0 0 32 32" className="size-6 flex-none" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="var(--accent)" />
        <path
          d="M7 9c6 0 5 7 9 7h9M7 23c6 0 5-7 9-7M7 16h9"
          fill="none"
          stroke="var(--on-accent)"
          strokeWidth="2.5"
          strokeLinecap="round"
        />
      </svg>
      <span className="text-card tracking-[-0.01em] group-data-narrow/side:sr-only">{messages.product}</span>
    </span>
  );
}
