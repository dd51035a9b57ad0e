import type { Vocabulary } from '../script/vocabulary.js';
import { withLine } from '../script/with-line.js';
import { DATABASES } from './commands/databases.js';
import { FOUNDING } from './commands/founding.js';
import { LINKS } from './commands/links.js';
import { MEMBERS } from './commands/members.js';
import { MEMBERSHIP } from './commands/membership.js';
import { SHOW } from './commands/show.js';
import { createWorld, type HaWorld } from './world.js';

/**
 * Drives the real `stepNode` of a whole cluster: agents, their disks and messages are real, what they
 * see of databases, kernel and clocks is played, and the script decides what happens to it.
 */
export const HA: Vocabulary<HaWorld> = {
  name: 'ha',
  create: createWorld,
  commands: withLine({ ...MEMBERS, ...FOUNDING, ...MEMBERSHIP, ...DATABASES, ...LINKS, ...SHOW }),
};
