/** Older ones lack what the code needs, and are past their support. */
const oldestNode = [20, 19] as const;

/** Throws where the runtime is too old. `version` as in `20.19.4`. */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Error(`Node ${version} is too old: this needs ${oldestNode.join('.')} or newer`);
}
