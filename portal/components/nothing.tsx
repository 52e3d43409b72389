import { nothing } from '../format/numbers.ts';

export function Nothing() {
  return <span className="text-fg-3">{nothing}</span>;
}
