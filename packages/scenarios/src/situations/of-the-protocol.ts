import type { Group } from './situation.js';

/** What docs/protocol.md itself lists: §8, what happens when; §9, what goes wrong when one thing is left out. */
export function groupsOfTheProtocol(protocol: string): readonly Group[] {
  return [
    {
      title: 'What happens when (protocol §8)',
      from: 'The paragraphs of [protocol §8](../protocol.md).',
      situations: [...sectionOf(protocol, 8).matchAll(/^\*\*(.+?)\.\*\* (.+)$/gm)].map(
        ([, key = '', what = '']) => ({ key, what: `${what} …` }),
      ),
    },
    {
      title: 'Counterexamples (protocol §9)',
      from: 'The rows of [protocol §9](../protocol.md): each script shows it with nothing left out.',
      situations: [
        ...sectionOf(protocol, 9).matchAll(/^\| ((?:\\\||[^|])+) \| ((?:\\\||[^|])+) \|/gm),
      ]
        .filter(([, key = '']) => key !== 'left out' && !key.startsWith('---'))
        .map(([, key = '', what = '']) => ({
          key: key.replaceAll('`', '').replaceAll('\\|', '|'),
          what,
        })),
    },
  ];
}

function sectionOf(text: string, number: number): string {
  const from = text.indexOf(`\n## ${number}. `);
  const to = text.indexOf('\n## ', from + 1);
  if (from === -1) throw new RangeError(`the protocol has no section ${number}`);
  return text.slice(from, to === -1 ? undefined : to);
}
