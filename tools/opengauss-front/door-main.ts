import { readFileSync } from 'node:fs';
import type { DoorConfig } from './door/door-config.js';
import { Door } from './door/door.js';

/** `door-main.js CONFIG.json`: one door, until it is ended; events as JSON lines on standard output. */
const path = process.argv[2];
if (path === undefined) {
  process.stderr.write('usage: door-main CONFIG.json\n');
  process.exit(2);
}
const config = JSON.parse(readFileSync(path, 'utf8')) as DoorConfig;
const door = new Door(config, (event) => process.stdout.write(`${JSON.stringify(event)}\n`));
void door.open();
