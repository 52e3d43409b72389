import { Fragment } from 'react';

const token = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

/** JSON with its names told apart from its values. Whatever it holds is text. */
export function JsonText({ text }: { readonly text: string }) {
  const parts: { readonly text: string; readonly look: string | undefined }[] = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    const [whole, quoted, colon] = match;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), look: undefined });
    if (quoted !== undefined) {
      parts.push({ text: quoted, look: colon === undefined ? 'text-ok-text' : 'text-fg-2' });
      if (colon !== undefined) parts.push({ text: colon, look: undefined });
    } else parts.push({ text: whole, look: 'text-accent-text' });
    end = match.index + whole.length;
  }
  parts.push({ text: text.slice(end), look: undefined });
  return (
    <>
      {parts.map((part, index) =>
        part.look ? (
          <span key={index} className={part.look}>
            {part.text}
          </span>
        ) : (
          <Fragment key={index}>{part.text}</Fragment>
        ),
      )}
    </>
  );
}
