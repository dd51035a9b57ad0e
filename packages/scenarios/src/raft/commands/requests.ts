import { nodeIdOf } from '@mha4rdb/kernel';
import type { Commands } from '../../script/vocabulary.js';
import { feed, hostOf, shown, type Line, type RaftWorld } from '../world.js';

export const REQUESTS: Commands<RaftWorld> = {
  propose: {
    usage: 'propose a x… [times=N]: commands for the log; times: N of them, numbered',
    options: ['times'],
    run: (world, { words, options }) => {
      const [id = '', ...given] = words;
      const times = Number(options['times'] ?? 0);
      const commands =
        times === 0
          ? given
          : Array.from({ length: times }, (_, place) => `${given[0] ?? 'x'}${place + 1}`);
      const answers = commands.map((command) => proposeOne(world, id, command));
      if (times === 0) return answers.flatMap(({ text, lines }) => [text, ...shown(lines)]);
      return [`${id} ${summary(answers.map(({ text }) => text))}`];
    },
  },
  transfer: {
    usage: 'transfer a b: a hands its leadership to b',
    run: (world, { words }) => {
      const [from = '', to = ''] = words;
      const fed = feed(world, hostOf(world, from), { kind: 'transfer', to: nodeIdOf(to) });
      const answer = fed.result?.transfer;
      const text = answer?.ok === true ? 'begun' : `refused: ${answer?.error.code ?? 'down'}`;
      return [`transfer from ${from} to ${to}: ${text}`, ...shown(fed.lines)];
    },
  },
  compact: {
    usage: 'compact a: takes a snapshot of what it has applied; 128 entries stay behind',
    run: (world, { words }) => {
      const host = hostOf(world, words[0] ?? '');
      const { state, machine } = host;
      if (state === null) return [`${host.id} is down`];
      const lines = feed(world, host, { kind: 'compact', index: state.applied, machine }).lines;
      return [
        `${host.id} snapshot at ${host.state?.snapshot?.index ?? 0}, log from ${(host.state?.log.baseIndex ?? 0) + 1}`,
        ...shown(lines),
      ];
    },
  },
};

function proposeOne(
  world: RaftWorld,
  id: string,
  command: string,
): { readonly text: string; readonly lines: readonly Line[] } {
  const { result, lines } = feed(world, hostOf(world, id), { kind: 'propose', command });
  const place = result?.proposal;
  if (place === undefined) return { text: 'is down', lines };
  const text = place.ok
    ? `${command} at ${place.value.index}/${place.value.term}`
    : `${command} refused: ${place.error.code}`;
  return { text, lines };
}

function summary(texts: readonly string[]): string {
  const refused = texts.filter((text) => text.includes('refused'));
  const taken = texts.filter((text) => !text.includes('refused'));
  return [
    ...(taken.length > 0 ? [`took ${taken.length}: ${taken[0]} … ${taken.at(-1)}`] : []),
    ...(refused.length > 0 ? [`${refused.length} refused, the first: ${refused[0]}`] : []),
  ].join('; ');
}
