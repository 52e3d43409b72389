// Solves the tokens of the five packs for contrast and writes app/themes.css; with --check it only compares.
// Each text token's OKLCH lightness is searched until the worst of its backgrounds reaches the target.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { clampChroma, formatHex, wcagContrast } from 'culori';

/**
 * @typedef {'light' | 'dark' | 'contrast'} Kind
 * @typedef {{ kind: Kind, neutral: readonly [number, number], accent: readonly [number, number], base: readonly [number, number, number, number],
 *   status: readonly [number, number, number, number] }} Pack
 * @typedef {Record<string, string>} Tokens
 */

/** @type {Record<string, Pack>} neutral and accent are hue and chroma; status hues are ok, warn, bad, info */
export const packs = {
  paper: {
    kind: 'light',
    neutral: [264, 0.006],
    accent: [277, 0.2],
    base: [1, 0.985, 0.965, 0.94],
    status: [155, 70, 25, 245],
  },
  dune: {
    kind: 'light',
    neutral: [75, 0.012],
    accent: [195, 0.09],
    base: [0.995, 0.975, 0.955, 0.925],
    status: [150, 60, 28, 230],
  },
  graphite: {
    kind: 'dark',
    neutral: [264, 0.006],
    accent: [280, 0.15],
    base: [0.17, 0.205, 0.235, 0.285],
    status: [158, 80, 22, 250],
  },
  midnight: {
    kind: 'dark',
    neutral: [258, 0.035],
    accent: [200, 0.13],
    base: [0.155, 0.195, 0.23, 0.285],
    status: [165, 85, 18, 235],
  },
  contrast: {
    kind: 'contrast',
    neutral: [0, 0],
    accent: [95, 0.16],
    base: [0, 0.13, 0.18, 0.25],
    status: [150, 90, 30, 230],
  },
};

const targets = {
  light: { fg2: 6.2, fg3: 4.7, accentText: 5.2, soft: 4.6, accent: 5.2, lineStrong: 3.1, focus: 3.6, solid: 3.1 },
  dark: { fg2: 6.8, fg3: 4.7, accentText: 6.2, soft: 5.6, accent: 8.6, lineStrong: 4.2, focus: 3.6, solid: 4.2 },
  contrast: { fg2: 9, fg3: 7.1, accentText: 7.1, soft: 7.1, accent: 10, lineStrong: 4.6, focus: 4.6, solid: 4.6 },
};

export const statuses = /** @type {const} */ (['ok', 'warn', 'bad', 'info']);
export const backgrounds = /** @type {const} */ (['page', 'surface', 'sunken', 'hover']);
const chartHues = [0, 140, 60, 220, 300, 20];
const chartChroma = [0.17, 0.13, 0.14, 0.15, 0.14, 0.05];
const chartStep = 0.35;
const statusTextChroma = 0.14;
const statusSolidChroma = 0.16;

const color = (l, c, h) => clampChroma({ mode: 'oklch', l, c, h }, 'oklch');
const hex = (value) => formatHex(value);
const ratio = (a, b) => wcagContrast(formatHex(a), formatHex(b));

/** @returns the color nearest to the backgrounds that still reaches the target against the worst of them */
function solve(hue, chroma, against, target, isDarker, start = 0.6) {
  let low = isDarker ? 0 : start;
  let high = isDarker ? start : 1;
  let best;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    const tried = color(middle, chroma, hue);
    const reaches = Math.min(...against.map((one) => ratio(tried, one))) >= target;
    if (reaches) best = tried;
    if (reaches === isDarker) low = middle;
    else high = middle;
  }
  if (!best) throw new Error(`no lightness of hue ${hue} reaches ${target}`);
  return best;
}

/** @param {Pack} pack */
function fixedTokens({ kind, neutral: [hue, n], accent: [accentHue], base: [b0, b1, b2, b3], status }) {
  const isLight = kind === 'light';
  const softLightness = isLight ? 0.95 : b1 + 0.07;
  const softChroma = isLight ? 0.035 : 0.05;
  const soft = (h) => color(softLightness, softChroma, h);
  const plain = isLight
    ? {
        page: color(b1, n, hue),
        surface: color(b0, 0, hue),
        sunken: color(b2, n, hue),
        hover: color((b1 + b2) / 2, n, hue),
        line: color(0.915, n, hue),
        'line-2': color(0.86, 1.6 * n, hue),
        fg: color(0.2, 0.02, hue),
        'on-accent': color(1, 0, 0),
      }
    : {
        page: color(b0, n, hue),
        surface: color(b1, n, hue),
        sunken: color(b2, n, hue),
        hover: color((b2 + b3) / 2, n, hue),
        line: color(b3, n, hue),
        'line-2': color(b3 + 0.07, n, hue),
        fg: color(0.975, 0.4 * n, hue),
        'on-accent': color(0.14, 0.02, accentHue),
      };
  return {
    ...plain,
    'accent-soft': soft(accentHue),
    ...Object.fromEntries(statuses.map((name, i) => [`${name}-soft`, soft(status[i])])),
  };
}

/** @param {Pack} pack @returns {Tokens} */
export function tokensOf(pack) {
  const {
    kind,
    neutral: [hue],
    accent: [accentHue, accentChroma],
    status,
  } = pack;
  const isDarker = kind === 'light';
  const target = targets[kind];
  const fixed = fixedTokens(pack);
  const all = backgrounds.map((name) => fixed[name]);
  const grey = kind === 'contrast' ? 0 : 0.02;
  const solved = {
    'fg-2': solve(hue, grey, all, target.fg2, isDarker),
    'fg-3': solve(hue, grey, all, target.fg3, isDarker),
    'line-strong': solve(hue, grey, all, target.lineStrong, isDarker),
    accent: solve(accentHue, accentChroma, [fixed['on-accent']], target.accent, isDarker, isDarker ? 0.7 : 0.6),
    'accent-text': solve(accentHue, accentChroma, all, target.accentText, isDarker),
    'accent-soft-text': solve(accentHue, 0.9 * accentChroma, [fixed['accent-soft'], ...all], target.soft, isDarker),
    focus: solve(accentHue, accentChroma, all, target.focus, isDarker),
  };
  for (const [i, name] of statuses.entries()) {
    solved[`${name}-text`] = solve(status[i], statusTextChroma, [fixed[`${name}-soft`], ...all], target.soft, isDarker);
    solved[`${name}-solid`] = solve(status[i], statusSolidChroma, [fixed.surface], target.solid, isDarker);
  }
  for (const [i, offset] of chartHues.entries()) {
    solved[`chart-${i + 1}`] = solve(
      (accentHue + offset) % 360,
      chartChroma[i],
      [fixed.surface, fixed.sunken],
      target.solid + i * chartStep,
      isDarker,
    );
  }
  return Object.fromEntries(Object.entries({ ...fixed, ...solved }).map(([name, value]) => [name, hex(value)]));
}

/** @param {Pack} pack @returns {{ pair: string, ratio: number, floor: number }[]} the 52 pairs of a pack */
export function contrastPairs(pack) {
  const tokens = tokensOf(pack);
  const textFloor = pack.kind === 'contrast' ? 7 : 4.5;
  const pair = (front, back, floor) => ({
    pair: `${front} on ${back}`,
    ratio: wcagContrast(tokens[front], tokens[back]),
    floor,
  });
  const texts = ['fg', 'fg-2', 'fg-3', 'accent-text', ...statuses.map((name) => `${name}-text`)];
  return [
    ...texts.flatMap((text) => backgrounds.map((back) => pair(text, back, textFloor))),
    ...statuses.map((name) => pair(`${name}-text`, `${name}-soft`, textFloor)),
    pair('on-accent', 'accent', textFloor),
    pair('accent-soft-text', 'accent-soft', textFloor),
    ...['line-strong', 'focus'].flatMap((name) => backgrounds.map((back) => pair(name, back, 3))),
    ...chartHues.map((_, i) => pair(`chart-${i + 1}`, 'surface', 3)),
  ];
}

function block(selector, pack) {
  const values = Object.entries(tokensOf(pack)).map(([name, value]) => `  --${name}: ${value};`);
  return [`${selector} {`, `  color-scheme: ${pack.kind === 'light' ? 'light' : 'dark'};`, ...values, '}'];
}

function inside(query, lines) {
  return [`@media (${query}) {`, ...lines.map((line) => `  ${line}`), '}'];
}

/** What stands in app/themes.css, laid out as the formatter has it. */
export function stylesheet() {
  const system = "[data-theme='system']";
  const lines = [
    '/* generated by scripts/themes.mjs; do not edit by hand */',
    ':root {',
    '  --float-shadow: 0 8px 24px rgb(0 0 0 / 0.12), 0 1px 2px rgb(0 0 0 / 0.08);',
    '  --button-shadow: 0 1px 1px rgb(0 0 0 / 0.04);',
    '  --scrim: rgb(0 0 0 / 0.32);',
    '}',
    ...Object.entries(packs).flatMap(([name, pack]) => block(`[data-theme='${name}']`, pack)),
    ...block(system, packs.paper),
    ...inside('prefers-color-scheme: dark', block(system, packs.graphite)),
    ...inside('prefers-contrast: more', block(system, packs.contrast)),
  ];
  return `${lines.join('\n')}\n`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = resolve(import.meta.dirname, '../app/themes.css');
  if (process.argv.includes('--check')) {
    const failed = Object.entries(packs).flatMap(([name, pack]) =>
      contrastPairs(pack).flatMap(({ pair, ratio: found, floor }) =>
        found < floor ? [`${name}: ${pair} is ${found.toFixed(2)}`] : [],
      ),
    );
    if (readFileSync(file, 'utf8') !== stylesheet())
      failed.push('app/themes.css is not what scripts/themes.mjs makes: run it');
    for (const line of failed) console.error(line);
    process.exitCode = failed.length > 0 ? 1 : 0;
  } else writeFileSync(file, stylesheet());
}
