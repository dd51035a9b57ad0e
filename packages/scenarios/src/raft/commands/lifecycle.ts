import { configurationOf } from '@mha4rdb/core';
import { nodeIdOf, type NodeId } from '@mha4rdb/kernel';
import { listOf, numberOf, ScriptError, type Directive } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { afterParts, BLANK_DISK, partsOf, type Disk } from '../disk.js';
import { configurationText, entriesText, hardStateText } from '../print.js';
import { stabilize } from '../stabilize.js';
import { addHost, effect, hostOf, shown, start, stop, type RaftWorld } from '../world.js';

const ids = (text: string | undefined): readonly NodeId[] => listOf(text).map(nodeIdOf);

export const LIFECYCLE: Commands<RaftWorld> = {
  'add-nodes': {
    usage: 'add-nodes a b c [learners=(d)]: the first members, founded, with nothing in their logs',
    options: ['learners'],
    run: (world, { words, options }) => {
      const learners = ids(options['learners']);
      world.configuration = configurationOf(words.map(nodeIdOf), learners);
      const hosts = [...words, ...learners].map((id) => addHost(world, id, null));
      for (const host of hosts) start(world, host);
      stabilize(world);
      return [configurationText(world.configuration)];
    },
  },
  'add-node': {
    usage:
      'add-node a voters=(a,b,c) [learners=(d)] [log=(1,1,2)] [term=3] [vote=b]: restarted from such a disk; the log begins at index 2',
    options: ['voters', 'learners', 'log', 'term', 'vote'],
    run: (world, directive) => {
      const host = addHost(world, directive.words[0] ?? '', diskOf(directive));
      start(world, host);
      const { hardState, entries } = host.disk ?? BLANK_DISK;
      return [`${host.id} ${hardStateText(hardState)}, log ${entriesText(entries)}`];
    },
  },
  join: {
    usage: 'join d: an empty disk; it waits for a leader that knows it, and has no vote until then',
    run: (world, { words }) =>
      words.flatMap((id) => {
        start(world, addHost(world, id, null), true);
        return [`${id} waits to be told`];
      }),
  },
  crash: {
    usage:
      'crash a… [reached=N]: loses what is not on disk; of a write that is out, the first N parts (none) reached it',
    options: ['reached'],
    run: (world, { words, options, line }) =>
      words.flatMap((id) => {
        const host = hostOf(world, id);
        const parts = host.write === null ? [] : partsOf(host.write);
        const count = Number(options['reached'] ?? 0);
        if (count > parts.length) throw new ScriptError(`it has ${parts.length} parts`, line);
        host.disk = afterParts(host.disk, parts, count);
        stop(host);
        const text = (some: typeof parts): string => some.map((part) => part.text).join('; ');
        return [
          `${id} crashed`,
          ...(count > 0 ? [`  reached its disk: ${text(parts.slice(0, count))}`] : []),
          ...(count < parts.length ? [`  lost: ${text(parts.slice(count))}`] : []),
        ];
      }),
  },
  restart: {
    usage:
      'restart a… [wiped]: from what its disk holds; wiped: from an empty one, as a lost disk is',
    run: (world, { words }) => {
      const wiped = words.includes('wiped');
      return words
        .filter((word) => word !== 'wiped')
        .flatMap((id) => {
          const host = hostOf(world, id);
          if (host.state !== null) stop(host);
          if (wiped) host.disk = null;
          const lines = start(world, host, wiped);
          const { term, votedFor } = host.state ?? { term: 0, votedFor: null };
          const what = effect(host, `started with term ${term} vote ${votedFor ?? 'none'}`);
          return shown([...(host.state === null ? [] : [what]), ...lines], ['effect']);
        });
    },
  },
};

function diskOf(directive: Directive): Disk {
  const { options } = directive;
  const terms = listOf(options['log']).map((term) => numberOf(directive, term, 'log'));
  const entries = terms.map((term, place) => ({
    index: (place + 2) as never,
    term: term as never,
    payload: { kind: 'command' as const, command: `${place + 2}.${term}` },
  }));
  const term = numberOf(directive, options['term'] ?? String(terms.at(-1) ?? 1), 'term');
  const [votedFor = null] = ids(options['vote']);
  const configuration = configurationOf(ids(options['voters']), ids(options['learners']));
  return {
    hardState: { term: term as never, votedFor },
    snapshot: { index: 1 as never, term: 1 as never, configuration, machine: [] },
    entries,
  };
}
