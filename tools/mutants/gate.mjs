import { checkName, REST } from './checks.mjs';

/** The whole of core, on the code as it is: longer than what one mutant may take. */
const BASELINE_TIMEOUT_MS = 300_000;

/**
 * Everything that is going to be asked of a mutant passes on the code as it is: else a kill would
 * mean nothing. Answers what did not pass, with its output. Fills the compiler's cache on the way.
 */
export async function baseline(checks, mutants) {
  const aimed = [...mutants.flatMap((mutant) => mutant.aimed), REST];
  const distinct = [...new Map(aimed.map((check) => [checkName(check), check])).values()];
  const byPackage = groupBy(distinct.filter(isUnit), packageOf);
  const runs = [
    // All of core is among the checks, so that its single files need no run of their own.
    ...[...byPackage.values()].map((units) => (units.includes(REST) ? [REST] : units)),
    ...distinct.filter((check) => !isUnit(check)).map((check) => [check]),
  ];
  const bad = [];
  for (const group of runs) {
    const result = isUnit(group[0])
      ? await checks.unitTests(group, null, BASELINE_TIMEOUT_MS)
      : await checks.run(group[0], null);
    if (result.verdict !== 'passed') {
      bad.push({ check: group.map(checkName).join(', '), ...result });
    }
  }
  return bad;
}

/**
 * Tries each mutant against the checks that are aimed at it, then against the rest, until one
 * fails; `workers` at a time. `stopped` is asked before each: an interrupted gate ends.
 *
 * @param every ask all checks that are aimed at a mutant, also after a kill
 */
export async function tryMutants(mutants, { checks, absolute, workers, every, stopped, report }) {
  const waiting = [...mutants];
  const work = async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const outcome = await tryMutant(mutant, { checks, absolute, every, stopped });
      if (stopped()) return;
      report(outcome);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

async function tryMutant(mutant, { checks, absolute, every, stopped }) {
  const { file, find, inside, replace } = mutant;
  const change = { file: absolute(file), find, inside, replace };
  const began = process.hrtime.bigint();
  const results = [];
  const dead = () => results.some(({ verdict }) => verdict === 'failed');
  for (const check of [...mutant.aimed, REST]) {
    if (stopped() || (dead() && (!every || check === REST))) break;
    results.push({ check: checkName(check), ...(await checks.run(check, change)) });
  }
  const kill = results.find(({ verdict }) => verdict === 'failed') ?? null;
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  return { mutant, kill, results, seconds };
}

const isUnit = ({ kind }) => kind === 'unit';
const packageOf = ({ name }) => name.split('/')[0];

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
