import { messages } from '../../messages/en.ts';

/** Says what of a link is not shown. */
export function Notice({ text }: { readonly text: string }) {
  return (
    <p role="status" className="rounded-control bg-warn-soft px-3 py-2 text-warn-text">
      {text}
    </p>
  );
}

/** Says which parts of a link were not understood. */
export function Dropped({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return <Notice text={messages.lists.dropped(names.join(', '))} />;
}
