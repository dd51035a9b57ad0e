import { compareIds } from '../quorum/rule.js';
import type { Founding } from './initial.js';
import type { Member } from './state.js';

/** One thing in which two nodes' lists of first members, or the settings beside them, differ. */
export interface FoundingDifference {
  /** `n4`, `n2.address`, `durability.mode`, `timing.grant`: as a person would look for it. */
  readonly what: string;
  readonly mine: string;
  readonly theirs: string;
}

const ABSENT = 'not a member';

/**
 * All in which `mine` and `theirs` differ; empty where both would found the same cluster. First members
 * vote under the list that each was configured with: two lists are two sets of majorities, and two
 * majorities that do not meet are two clusters.
 */
export function foundingDifferences(
  mine: Founding,
  theirs: Founding,
): readonly FoundingDifference[] {
  const ids = [...new Set([...mine.members, ...theirs.members].map(({ id }) => id))].sort(
    compareIds,
  );
  const ofMembers = ids.flatMap((id) => {
    const here = mine.members.find((member) => member.id === id);
    const there = theirs.members.find((member) => member.id === id);
    if (here !== undefined && there !== undefined) return memberDifferences(here, there);
    return [{ what: id, mine: memberText(here), theirs: memberText(there) }];
  });
  const { durability: ours } = mine.settings;
  const { durability: other } = theirs.settings;
  return [
    ...differing('cluster', mine.name, theirs.name),
    ...ofMembers,
    ...differing('durability.mode', ours.mode, other.mode),
    ...differing('durability.degrade', ours.degrade, other.degrade),
    ...differing('timing.grant', `${mine.grantMs} ms`, `${theirs.grantMs} ms`),
  ];
}

/** `n4: data at 10.0.0.4:7400, database 10.0.0.4:5432 here, not a member there`. */
export function differenceText({ what, mine, theirs }: FoundingDifference): string {
  return `${what}: ${mine} here, ${theirs} there`;
}

function memberDifferences(mine: Member, theirs: Member): readonly FoundingDifference[] {
  const { id } = mine;
  return [
    ...differing(`${id}.role`, mine.role, theirs.role),
    ...differing(`${id}.address`, mine.address, theirs.address),
    ...differing(`${id}.database`, mine.database ?? 'none', theirs.database ?? 'none'),
    ...differing(`${id}.priority`, mine.priority, theirs.priority),
    ...differing(`${id}.noFailover`, mine.noFailover === true, theirs.noFailover === true),
    ...differing(`${id}.noSync`, mine.noSync === true, theirs.noSync === true),
  ];
}

type Value = string | number | boolean;

function differing(what: string, mine: Value, theirs: Value): readonly FoundingDifference[] {
  return mine === theirs ? [] : [{ what, mine: String(mine), theirs: String(theirs) }];
}

function memberText(member: Member | undefined): string {
  if (member === undefined) return ABSENT;
  const { role, address, database } = member;
  return `${role} at ${address}${database === undefined ? '' : `, database ${database}`}`;
}
