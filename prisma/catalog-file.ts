import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { parseCatalogue, type CatalogueFile } from '#domain/billing/catalogue';
import type { Path, Problem } from '#domain/billing/catalogue-problems';

/** One thing wrong with a file, by its line counted from 1. */
export interface FileProblem {
  readonly line: number;
  readonly where: string;
  readonly message: string;
}

export type CatalogueText =
  | { readonly ok: true; readonly file: CatalogueFile; readonly locate: Locate }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Problems of a file's value with the lines at which they stand, in their order. */
export type Locate = (problems: readonly Problem[]) => FileProblem[];

/** A catalogue as people write it: JSON, with comments and trailing commas; a number means what it shows, to its last digit. */
export function readCatalogueText(text: string): CatalogueText {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const located = (offset: number, where: string, message: string) => ({ line: lineOf(text, offset), where, message });
  if (text.trim() === '') return { ok: false, problems: [{ line: 1, where: '', message: 'The file is empty' }] };
  if (!root || errors.length > 0) {
    // What comes after the first follows from it.
    const [first] = errors;
    const reason = first ? `Not JSON: ${wordsOf(printParseErrorCode(first.error))}` : 'Not JSON';
    return { ok: false, problems: [located(first?.offset ?? 0, '', reason)] };
  }
  const locate: Locate = (problems) =>
    problems
      .map(({ path, message }) => located(nearest(root, path).offset, path.join('.'), message))
      .toSorted((a, b) => a.line - b.line);
  const names = badNames(root, []).map(({ offset, path, message }) => located(offset, path.join('.'), message));
  if (names.length > 0) return { ok: false, problems: names };
  const parsed = parseCatalogue(valueOf(text, root));
  return parsed.ok ? { ok: true, file: parsed.file, locate } : { ok: false, problems: locate(parsed.problems) };
}

/** The innermost part of the path that the file has; a list of one may stand without its brackets. */
function nearest(root: Node, path: Path): Node {
  let node = root;
  for (const segment of path) {
    if (typeof segment === 'number' && node.type !== 'array') continue;
    const next = findNodeAtLocation(node, [segment]);
    if (!next) break;
    node = next;
  }
  return node.parent?.type === 'property' ? node.parent : node;
}

interface BadName extends Problem {
  readonly offset: number;
}

function badNames(node: Node, path: Path): BadName[] {
  const children = node.children ?? [];
  if (node.type === 'array') return children.flatMap((child, index) => badNames(child, [...path, index]));
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return children.flatMap(({ offset, children: [key, value] = [] }) => {
    const name = String(key?.value);
    const at = [...path, name];
    const isTwice = seen.has(name);
    seen.add(name);
    if (isTwice) return [{ offset, path: at, message: 'Stands twice' }];
    if (name === '__proto__') return [{ offset, path: at, message: 'Must have another name' }];
    return value ? badNames(value, at) : [];
  });
}

/** A number that is not whole is its own text: a binary float would be another number. */
function valueOf(text: string, node: Node): unknown {
  switch (node.type) {
    case 'object':
      return Object.fromEntries(
        (node.children ?? []).map(({ children: [key, value] = [] }) => [key?.value, value && valueOf(text, value)]),
      );
    case 'array':
      return (node.children ?? []).map((child) => valueOf(text, child));
    case 'number': {
      return Number.isSafeInteger(node.value) ? Number(node.value) : text.slice(node.offset, node.offset + node.length);
    }
    case 'string':
    case 'boolean':
    case 'null':
    case 'property':
      return node.value;
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function wordsOf(code: string): string {
  return code
    .replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .toLowerCase();
}
