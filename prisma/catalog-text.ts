const widthMax = 120;
const step = '  ';

/** JSON as people write it: what fits on a line stands on one. */
export function catalogueText(value: unknown, indent = '', before = 0): string {
  const short = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + before + short.length <= widthMax) return short;
  const inner = indent + step;
  const parts = Array.isArray(value)
    ? value.map((item) => catalogueText(item, inner))
    : membersOf(value).map(([key, item]) => `${JSON.stringify(key)}: ${catalogueText(item, inner, key.length + 4)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = membersOf(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function membersOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
