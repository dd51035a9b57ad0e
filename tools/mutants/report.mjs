import { diffOf } from './mutant-list.mjs';

const OUTPUT_SHOWN = 3000;

/** The table, a line at a time as results come: `mutant | rule | killed by | seconds`. */
export class Table {
  #width;
  #of;
  #row = 0;

  constructor(mutants) {
    this.#width = Math.max(8, ...mutants.map(({ id }) => id.length));
    this.#of = mutants.length;
  }

  header() {
    return this.#line('', 'mutant', 'rule', 'killed by', 'seconds');
  }

  row({ mutant, kill, seconds }) {
    this.#row += 1;
    const by = kill === null ? 'SURVIVES' : `${kill.check}: ${kill.by}`;
    const count = `${this.#row}/${this.#of}`;
    return this.#line(count, mutant.id, mutant.rule, by, seconds.toFixed(1));
  }

  #line(count, id, rule, by, seconds) {
    const places = 2 * String(this.#of).length + 1;
    return [
      count.padStart(places),
      id.padEnd(this.#width),
      rule.padEnd('protocol §10'.length),
      `${seconds.padStart(seconds === 'seconds' ? 7 : 6)} ${seconds === 'seconds' ? '' : 's'}`.trimEnd(),
      by,
    ].join('  ');
  }
}

/** A survivor as somebody needs it who writes the missing test: what was changed, and what was asked. */
export function survivorText({ mutant, results }, source) {
  const asked = results.map(({ check, verdict, output }) => {
    return `  ${check}: ${verdict}${verdict === 'broken' ? `\n${output.slice(-OUTPUT_SHOWN)}` : ''}`;
  });
  return [`${mutant.id} (${mutant.rule}): ${mutant.what}`, diffOf(mutant, source), ...asked].join(
    '\n',
  );
}

/** Counts: by kind of check, and what the aim missed. */
export function summaryLines(outcomes, seconds) {
  const killed = outcomes.filter(({ kill }) => kill !== null);
  const kinds = new Map();
  for (const { kill } of killed) {
    const [kind] = kill.check.split(' ');
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const missed = killed.filter(({ kill, mutant }) => !isAimed(kill, mutant));
  return [
    `${outcomes.length} mutants: ${killed.length} killed, ${outcomes.length - killed.length} survive, in ${seconds.toFixed(0)} s`,
    `killed by ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ') || 'nothing'}`,
    ...missed.map(
      ({ mutant, kill }) =>
        `the checks aimed at ${mutant.id} missed it; aim: ${kill.check}: ${kill.by}`,
    ),
  ];
}

function isAimed(kill, { aimed }) {
  return aimed.some(({ kind, name }) => kill.check.startsWith(`${kind} ${name}`));
}

/** The counterexamples of the protocol, by their named tests; every one has to be shown. */
export function counterexampleLines(counterexamples, missing) {
  const shown = counterexamples.length - missing.length;
  return [
    `${shown} of ${counterexamples.length} counterexamples of protocol §9 are shown: a test that is named there fails without its rule`,
    ...missing.map(
      ({ leftOut, tests }) =>
        `no mutant makes a test fail that is named for "${leftOut}": ${tests.map(({ name }) => name).join('; ')}`,
    ),
  ];
}

/** Everything, for programs. */
export function recordOf({ mutant, kill, results, seconds }) {
  const { id, area, rule, what, file, find, inside, replace } = mutant;
  return {
    ...{ id, area, rule, what, file, find, inside, replace, seconds },
    killed: kill === null ? null : { check: kill.check, by: kill.by },
    checks: results.map(({ check, verdict, failed }) => ({ check, verdict, failed })),
  };
}
