import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../postgres/probe-rows.js';
import { readClusterManager } from './cluster-manager.js';
import {
  CONTROL_VERBS,
  readBuildProgress,
  readControlOutcome,
  type ControlVerb,
} from './control-outcome.js';
import { readControlQuery } from './control-query.js';
import { claimsToLead, readDcf } from './dcf.js';
import { readHaState } from './ha-state.js';
import { judge } from './verdict.js';

/** Outputs as the servers and tools write them; answers/opengauss/README.md says how to add one. */
const DIRECTORY = join(__dirname, '../../answers/opengauss');

interface Recorded {
  readonly parser: string;
  readonly exit: number;
  readonly output: string;
  readonly expect: unknown;
}

function read(name: string): Recorded {
  const text = readFileSync(join(DIRECTORY, name), 'utf8');
  const [head = '', rest = ''] = text.split('---- output\n');
  const [output = '', expected = ''] = rest.split('---- expect\n');
  const field = (key: string): string | undefined =>
    new RegExp(`^${key}: (.*)$`, 'm').exec(head)?.[1];
  if (field('source') === undefined) throw new Error(`${name} does not say where it is from`);
  return {
    parser: field('parser') ?? '',
    exit: Number(field('exit') ?? 0),
    output,
    expect: JSON.parse(expected),
  };
}

function parse({ parser, output, exit }: Recorded): unknown {
  const [kind, word = ''] = parser.split(' ');
  switch (kind) {
    case 'control-query':
      return readControlQuery(output, exit);
    case 'control-outcome':
      return readControlOutcome(verbOf(word), output, exit);
    case 'build-progress':
      return readBuildProgress(output);
    case 'verdict':
      return judge(readHaState(rowOf(output)), { isArbiter: word === 'arbiter' });
    case 'cluster-manager':
      return readClusterManager(output);
    case 'dcf': {
      const view = readDcf(output);
      return {
        ...(view === undefined ? {} : { view }),
        leads: view !== undefined && claimsToLead(view),
      };
    }
    default:
      throw new Error(`no parser is called ${parser}`);
  }
}

function verbOf(word: string): ControlVerb {
  const verb = CONTROL_VERBS.find((each) => each === word);
  if (verb === undefined) throw new Error(`no verb is called ${word}`);
  return verb;
}

/** A row of a query as `gsql -x -A -F TAB` prints it. */
function rowOf(output: string): Row {
  const pairs = output
    .trimEnd()
    .split('\n')
    .map((line): [string, string] => {
      const [name = '', value = ''] = line.split('\t');
      return [name, value];
    });
  return Object.fromEntries(pairs);
}

const names = readdirSync(DIRECTORY).filter((name) => name.endsWith('.txt'));

describe('recorded answers of the openGauss family', () => {
  it.each(names)('%s is read as it says', (name) => {
    const recorded = read(name);
    expect(JSON.parse(JSON.stringify(parse(recorded)))).toEqual(recorded.expect);
  });

  it('with any one word changed never make a candidate or a primary of what was none', () => {
    for (const name of names.filter((each) => /^(verdict|cm)-/.test(each))) {
      const recorded = read(name);
      for (const word of new Set(recorded.output.match(/[A-Z][a-z]+/g))) {
        const output = recorded.output.replaceAll(word, `${word}x`);
        const before = parse(recorded) as { candidate?: boolean; primary?: unknown };
        const after = parse({ ...recorded, output }) as typeof before | undefined;
        if (before.candidate !== true) expect([name, word, after?.candidate]).not.toContain(true);
        if (before.primary === undefined)
          expect([name, word, after?.primary]).toEqual([name, word, undefined]);
      }
    }
  });
});
