import type { Script } from '../exploration/script.js';

/** Everybody is at work: n1 renews, the others stream. */
export const SETTLED: Script = ['settle'];

const BEGUN = "the coordinator's patience ends; it commits BeginElection";

/** A member seals for the election, and the coordinator hears of it. */
function sealed(member: string): Script {
  return [
    `${member} applies BeginElection`,
    `${member}'s record is on disk`,
    `${member}: seal is done`,
    `the coordinator hears ${member}`,
  ];
}

/** A write that n2 has and n3 has not, not acknowledged yet. */
const WRITTEN: Script = ['a client writes w0 on n1', "n2's server receives"];

/** Of three, n2 and n3 are sealed and heard; n1 knows of no election. */
export const SEALED: Script = [...SETTLED, BEGUN, ...sealed('n2'), ...sealed('n3')];

/** As `SEALED`, after an acknowledged write that n3 has not; n2 is appointed. */
export const APPOINTED: Script = [
  ...SETTLED,
  ...WRITTEN,
  'n1 acknowledges w0',
  BEGUN,
  ...sealed('n2'),
  ...sealed('n3'),
  'the coordinator commits AppointPrimary n2',
];

/** Of three that all must have a commit, n2 alone has one that still waits, and is about to promote. */
export const PROMOTING: Script = [
  ...SETTLED,
  ...WRITTEN,
  BEGUN,
  ...sealed('n2'),
  'the coordinator commits AppointPrimary n2',
  'n2 applies AppointPrimary',
  "n2's record is on disk",
  'n2: applyRule',
  'n3 applies BeginElection',
  'n3 applies AppointPrimary',
];

/** A stronger rule is proposed by n1 and not committed; then n1 is deposed, sealed and appointed anew. */
export const APPOINTED_AGAIN: Script = [
  'n1 looks at its server',
  'n1: applyRule',
  "n1's backends take up the rule",
  'n1: barrier',
  BEGUN,
  'n1 applies BeginElection',
  'n1: stop is done',
  'n1: start is done',
  "n1's record is on disk",
  'n1: seal is done',
  'the coordinator hears n1',
  'the coordinator commits AppointPrimary n1',
];

/** n1 was deposed while everybody lives, and all have come to rest again. */
export const SUCCEEDED: Script = [...SETTLED, BEGUN, 'settle'];

/**
 * An appointment of n2 is on its way; n1 was sealed as well, is appointed instead, and all have come
 * to rest.
 */
export const OVERTAKEN: Script = [
  ...SEALED,
  'the coordinator proposes AppointPrimary n2',
  'n1 applies BeginElection',
  'n1: stop is done',
  'n1: start is done',
  "n1's record is on disk",
  'n1: seal is done',
  'the coordinator hears n1',
  'the coordinator commits AppointPrimary n1',
  'settle',
];
