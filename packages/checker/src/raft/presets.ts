import type { Script } from '../exploration/script.js';

/** a leads term 2, and everybody has its first entry. */
export const LED: Script = ['a hears no leader', 'settle'];

/**
 * Figure 8 of the Raft paper, before its end: a led term 2, and alone has its last entry 3/2; b led
 * term 3 by c's vote, and alone has 3/3; nothing is on its way.
 */
export const FIGURE_8: Script = [
  ...LED,
  'a client proposes to a',
  'lose all',
  'b hears no leader',
  'arrives: b → c preVoteRequest',
  'arrives: c → b preVoteResponse',
  'arrives: b → c voteRequest',
  'arrives: c → b voteResponse',
  'lose all',
];

/** As in figure 8, and then a leads term 4 by c's vote: three logs that end differently. */
export const DIVERGED: Script = [
  ...FIGURE_8,
  'a (leader) hears no quorum',
  // The first time it only learns of term 3.
  'a hears no leader',
  'arrives: a → c preVoteRequest',
  'arrives: c → a preVoteResponse',
  'a hears no leader',
  'arrives: a → c preVoteRequest',
  'arrives: c → a preVoteResponse',
  'arrives: a → c voteRequest',
  'arrives: c → a voteResponse',
  'lose all',
];
