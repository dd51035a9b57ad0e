const LOCK = 'package-lock.json';

/** The lock names no host, so that it installs from any registry. */
export function lockFile(tree) {
  if (!tree.has(LOCK)) return [{ path: LOCK, message: 'is missing; `npm ci` needs it' }];
  return /"resolved": "(?!\.{0,2}\/|packages\/|apps\/|tools|e2e)/.test(tree.text(LOCK))
    ? [
        {
          path: LOCK,
          message: 'has "resolved" addresses; keep omit-lockfile-registry-resolved=true',
        },
      ]
    : [];
}
