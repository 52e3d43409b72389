/** Kinds of browsers, most particular first: each names those before it too. */
const browsers = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
] as const;

const systems = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b|\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
] as const;

/** "Chrome on macOS", as far as a browser says; what it says is only a hint. */
export function deviceName(userAgent: string | undefined): string | undefined {
  const nameOf = (kinds: typeof browsers | typeof systems) => kinds.find(([, sign]) => sign.test(userAgent ?? ''))?.[0];
  const [browser, system] = [nameOf(browsers), nameOf(systems)];
  return browser && system ? `${browser} on ${system}` : (browser ?? system);
}
