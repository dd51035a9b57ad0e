import { lastIndex, termAt } from '@mha4rdb/core';
import { ScriptError, type Directive } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { configurationText, entriesText, roleText } from '../print.js';
import { hostsOf } from '../stabilize.js';
import { hostOf, stateOf, type Host, type RaftWorld } from '../world.js';

export const SHOW: Commands<RaftWorld> = {
  status: {
    usage: 'status [a…]: role, term, vote, and how far the log is',
    run: (world, { words }) =>
      hostsOf(world)
        .filter(({ id }) => words.length === 0 || words.includes(id))
        .map(statusText),
  },
  log: {
    usage: 'log [a…]: what stands in the logs, after what is compacted away',
    run: (world, { words }) =>
      hostsOf(world)
        .filter(({ id, state }) => state !== null && (words.length === 0 || words.includes(id)))
        .map(({ id }) => {
          const { log } = stateOf(world, id);
          return `${id} ${log.baseIndex}/${log.baseTerm} | ${entriesText(log.entries)}`;
        }),
  },
  progress: {
    usage: 'progress a: what the leader knows about the others',
    run: (world, { words }) =>
      Object.entries(stateOf(world, words[0] ?? '').progress)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([peer, { mode, match, next, inFlight, paused }]) =>
          [
            `${peer} ${mode} match ${match} next ${next}`,
            ...(inFlight.length > 0 ? [`in flight up to ${inFlight.join(' ')}`] : []),
            ...(paused ? ['waits for an answer'] : []),
          ].join(', '),
        ),
  },
  configuration: {
    usage: 'configuration [a…]: who counts, by the last configuration in the log',
    run: (world, { words }) =>
      words.map((id) => {
        const { configuration, commit } = stateOf(world, id);
        const open = configuration.index > commit ? ', not committed' : '';
        return `${id} at ${configuration.index}: ${configurationText(configuration.value)}${open}`;
      }),
  },
  expect: {
    usage:
      'expect a… [role= term= leader= vote= commit= applied= last= last-term= machine=(x y) up=no]: or the script fails, whatever it prints',
    options: ['*'],
    run: (world, directive) => {
      for (const id of directive.words) expectOne(hostOf(world, id), directive);
      return [];
    },
  },
  'expect-agreement': {
    usage: 'expect-agreement [a…]: these (all that are up) hold the same log and applied the same',
    run: (world, { words, line }) => {
      const hosts = hostsOf(world).filter(
        ({ id, state }) => state !== null && (words.length === 0 || words.includes(id)),
      );
      const seen = new Set(
        hosts.map(({ state, machine }) => {
          if (state === null) return '';
          const end = lastIndex(state);
          return `${end}/${termAt(state, end) ?? 0} applied ${state.applied} ${machine.join()}`;
        }),
      );
      if (seen.size !== 1) throw new ScriptError(`they differ: ${[...seen].join(' | ')}`, line);
      return [`agreed: ${hosts.map(({ id }) => id).join(' ')}`];
    },
  },
};

function statusText({ id, state, machine }: Host): string {
  if (state === null) return `${id} down`;
  const last = lastIndex(state);
  return [
    `${id} ${roleText(state)}, vote ${state.votedFor ?? 'none'}`,
    `log to ${last}/${termAt(state, last) ?? 0} durable ${state.persistence.durableIndex}`,
    `commit ${state.commit} applied ${state.applied} (${machine.length} commands)`,
  ].join('; ');
}

function expectOne(host: Host, { options, line }: Directive): void {
  const { state, machine } = host;
  const last = state === null ? null : lastIndex(state);
  const actual: Readonly<Record<string, string>> = {
    up: state === null ? 'no' : 'yes',
    role: state?.role ?? '',
    term: String(state?.term),
    leader: state?.leader ?? 'none',
    vote: state?.votedFor ?? 'none',
    commit: String(state?.commit),
    applied: String(state?.applied),
    last: String(last),
    'last-term': String(state === null || last === null ? null : termAt(state, last)),
    machine: machine.join(' '),
  };
  for (const [key, wanted] of Object.entries(options)) {
    const found = actual[key];
    if (found === undefined) throw new ScriptError(`nothing is known as "${key}"`, line);
    if (found !== wanted.replaceAll(',', ' ')) {
      throw new ScriptError(`${host.id}: ${key} is "${found}", expected "${wanted}"`, line);
    }
  }
}
