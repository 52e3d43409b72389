import { notFound } from 'next/navigation';

/** Any other path below /provider is answered inside the shell. */
export default function Missing() {
  notFound();
}
