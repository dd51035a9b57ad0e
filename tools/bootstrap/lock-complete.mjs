// A registry mirror that lacks packages of foreign platforms makes npm write a lock file that its
// own `npm ci` then refuses ("Missing: … from lock file"). This adds the missing entries as stubs
// (version, os, cpu, optional; no integrity), so that the lock is accepted everywhere. Run it after
// every `npm install` that changes the lock: `npm run lock:complete`.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const OS = 'darwin win32 linux freebsd android openharmony aix sunos netbsd openbsd'.split(' ');
const CPU = {
  aarch64: 'arm64',
  armv7: 'arm',
  eabi: 'arm',
  gnueabihf: 'arm',
  musleabihf: 'arm',
  x64: 'x64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: 'ia32',
  ppc64: 'ppc64',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loong64',
  wasm32: 'wasm32',
};

/** The lock's own resolution: the nearest node_modules upwards from `where`. */
function isLocked(where, name) {
  for (let dir = where; ;) {
    if (lock.packages[(dir ? dir + '/' : '') + 'node_modules/' + name]) return true;
    if (!dir) return false;
    const parent = dir.lastIndexOf('/node_modules/');
    dir = parent < 0 ? '' : dir.slice(0, parent);
  }
}

let added = 0;
for (const [where, pkg] of Object.entries({ ...lock.packages })) {
  for (const [name, version] of Object.entries(pkg.optionalDependencies ?? {})) {
    if (isLocked(where, name)) continue;
    const words = name.split('/').pop().split('-');
    const os = OS.find((candidate) => words.includes(candidate));
    const cpu = Object.entries(CPU).find(([word]) => words.includes(word))?.[1];
    if (!os || !cpu || !/^\d/.test(version)) {
      console.error(`skipped ${name} ${version}: no platform in its name`);
      continue;
    }
    lock.packages['node_modules/' + name] = {
      version,
      cpu: [cpu],
      ...(pkg.dev ? { dev: true } : {}),
      optional: true,
      os: [os],
    };
    added++;
  }
}
const { '': root, ...rest } = lock.packages;
const sorted = Object.entries(rest).sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = { '': root, ...Object.fromEntries(sorted) };
writeFileSync(file, JSON.stringify(lock, null, 2) + '\n');
console.error(`added ${added} stub entries to ${file}`);
