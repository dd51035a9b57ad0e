import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkName, testFileOf } from './checks.mjs';
import { changedAt, placesOf } from './place-in-source.cjs';
import { cluster } from './areas/cluster.mjs';
import { coordinator } from './areas/coordinator.mjs';
import { edge } from './areas/edge.mjs';
import { foundingArea } from './areas/founding.mjs';
import { lease } from './areas/lease.mjs';
import { memberPrimary } from './areas/member-primary.mjs';
import { memberStandby } from './areas/member-standby.mjs';
import { membership } from './areas/membership.mjs';
import { membershipSteps } from './areas/membership-steps.mjs';
import { node } from './areas/node.mjs';
import { quorum } from './areas/quorum.mjs';
import { raftElections } from './areas/raft-elections.mjs';
import { raftLog } from './areas/raft-log.mjs';

/**
 * @typedef {object} Mutant
 * @property {string} id unique, and what `--only` takes
 * @property {string} rule the rule that it takes away: `R30`, `protocol §6`, `protocol §9` for a counterexample
 * @property {string} what what is taken away, or bent
 * @property {string} file from the root of the repository
 * @property {string} find stands exactly once in the file, or in the function `inside`
 * @property {string} [inside] the name of that function
 * @property {string} replace what stands there instead
 * @property {{ kind: string, name: string }[]} aimed the checks that should notice, the likeliest first
 */

const AREAS = {
  raft: [...raftElections, ...raftLog],
  lease,
  cluster,
  quorum,
  coordinator,
  member: [...memberStandby, ...memberPrimary],
  membership: [...membership, ...membershipSteps, ...foundingArea],
  node,
  edge,
};

export const AREA_NAMES = Object.keys(AREAS);

/** @type {(Mutant & { area: string })[]} */
export const MUTANTS = Object.entries(AREAS).flatMap(([area, mutants]) =>
  mutants.map((mutant) => ({ area, ...mutant })),
);

/** What is wrong with a list: each a sentence. A mutant that no longer fits the code is never passed over. */
export function problemsOf(mutants, read) {
  const seen = new Set();
  return mutants.flatMap((mutant) => {
    const { id, file, find, replace, rule, aimed } = mutant;
    const problems = [];
    if (seen.has(id)) problems.push('another one has this id');
    seen.add(id);
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) problems.push('its id is not kebab-case');
    if (!/^(R\d+|protocol §\d+)$/.test(rule)) problems.push(`its rule is "${rule}"`);
    if (find === replace) problems.push('it changes nothing');
    if (aimed.length === 0) problems.push('no check is aimed at it');
    if (new Set(aimed.map(checkName)).size < aimed.length) problems.push('a check is aimed twice');
    const source = read(file);
    if (source === null) problems.push(`${file} does not exist`);
    else problems.push(...staleness(source, mutant));
    for (const test of aimed.map(testFileOf)) {
      if (test !== null && read(test) === null) problems.push(`${test} does not exist`);
    }
    return problems.map((problem) => `${id}: ${problem}`);
  });
}

function staleness(source, mutant) {
  const { length } = placesOf(source, mutant);
  if (length === 1) return [];
  const { find, file, inside } = mutant;
  const where = inside === undefined ? file : `${inside} in ${file}`;
  return [
    length === 0
      ? `${where} does not hold its text any more; follow the code: ${find}`
      : `${where} holds its text ${length} times; make it longer: ${find}`,
  ];
}

/** Reads files of the repository; null where there is none. */
export function readerOf(root) {
  return (file) => {
    try {
      return readFileSync(join(root, file), 'utf8');
    } catch {
      return null;
    }
  };
}

/** The changed lines as a reader knows them, with the line's number. */
export function diffOf(mutant, source) {
  const { file, replace } = mutant;
  const [place] = placesOf(source, mutant);
  const line = source.slice(0, place.at).split('\n').length;
  const lines = (text, changed) => {
    const first = line - 1;
    return text.split('\n').slice(first, first + changed.split('\n').length);
  };
  return [
    `${file}:${line}`,
    ...lines(source, place.text).map((text) => `- ${text}`),
    ...lines(changedAt(source, place, replace), replace).map((text) => `+ ${text}`),
  ].join('\n');
}
