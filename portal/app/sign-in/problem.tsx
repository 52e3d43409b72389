/** Why the step before did not go through. */
export function Problem({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p id="sign-in-problem" role="alert" className="rounded-control bg-bad-soft px-3 py-2 text-bad-text">
      {text}
    </p>
  );
}
