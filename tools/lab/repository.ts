import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LabError } from './lab-error.js';

/** Directory of the package `@mha4rdb/tools`, from its sources as well as from `dist`. */
export function toolsRoot(): string {
  for (let dir = __dirname; ; dir = dirname(dir)) {
    const manifest = join(dir, 'package.json');
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string };
      if (name === '@mha4rdb/tools') return dir;
    }
    if (dir === dirname(dir)) throw new LabError('the lab does not stand in its repository');
  }
}

/** A program of the repository (`mha-agent`, `mha-arbiter`, `mhactl`), as `npm ci` links it. */
export function programPath(name: string): string {
  return join(dirname(toolsRoot()), 'node_modules', '.bin', name);
}

/** A compiled worker of the lab; workers are processes of their own and need `npm run build`. */
export function workerPath(name: string): string {
  const path = join(toolsRoot(), 'dist', 'lab', ...name.split('/')) + '.js';
  if (!existsSync(path)) throw new LabError(`${path} is missing: run \`npm run build\` first`);
  return path;
}
