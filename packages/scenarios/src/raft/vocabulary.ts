import type { Vocabulary } from '../script/vocabulary.js';
import { withLine } from '../script/with-line.js';
import { LIFECYCLE } from './commands/lifecycle.js';
import { MEMBERS } from './commands/members.js';
import { NETWORK } from './commands/network.js';
import { TIME } from './commands/progress-of-time.js';
import { REQUESTS } from './commands/requests.js';
import { SHOW } from './commands/show.js';
import { createWorld, type RaftWorld } from './world.js';

/** Drives the real `stepRaft` of several nodes by hand: nothing moves unless the script says so. */
export const RAFT: Vocabulary<RaftWorld> = {
  name: 'raft',
  create: createWorld,
  commands: withLine({ ...LIFECYCLE, ...MEMBERS, ...TIME, ...NETWORK, ...REQUESTS, ...SHOW }),
};
