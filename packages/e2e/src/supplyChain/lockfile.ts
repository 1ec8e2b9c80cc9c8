/** How entries begin; `link` and `workspace` are parts of this repository. */
const LOCAL = /@(workspace|link):/;
const FROM_A_REGISTRY = /@npm:[^:/]+$/;
/** Yarn's own changes to a package, from Yarn's own file. */
const PATCHED = /@patch:.*#optional!builtin</;
const CHECKSUM = /^\d+c\d+\/[0-9a-f]{128}$/;

/**
 * One sentence for each entry of `yarn.lock` that would install something that
 * cannot be verified: everyone installs from their own registry, and the
 * checksum is what makes it the same. Binaries for other platforms have none:
 * Yarn adds it where it installs them.
 */
export function findUnverified(lockfile: string): string[] {
  const entries = lockfile
    .split('\n\n')
    .map(text => ({
      resolution: /^ {2}resolution: "(.*)"$/m.exec(text)?.[1],
      checksum: /^ {2}checksum: (.*)$/m.exec(text)?.[1],
      isConditional: /^ {2}conditions: /m.test(text),
    }))
    .filter(({ resolution }) => resolution !== undefined);
  if (entries.length === 0) {
    return ['yarn.lock has no entries'];
  }
  const problems = entries.flatMap(
    ({ resolution = '', checksum, isConditional }) => {
      if (LOCAL.test(resolution)) {
        return [];
      }
      if (!FROM_A_REGISTRY.test(resolution) && !PATCHED.test(resolution)) {
        return [`yarn.lock: ${resolution} does not come from a registry`];
      }
      if (checksum === undefined ? isConditional : CHECKSUM.test(checksum)) {
        return [];
      }
      return [`yarn.lock: ${resolution} has no checksum`];
    },
  );
  return [
    ...problems,
    ...(lockfile.match(/https?:\/\/\S+/g) ?? []).map(
      address => `yarn.lock holds the address ${address}`,
    ),
  ];
}
