import { basename, dirname } from 'node:path';
import type { Group, Situation } from './situation.js';

export interface ScriptHead {
  readonly file: string;
  /** What it says on top, on one line. */
  readonly head: string;
}

/** The comment on top of a script, which names what it shows. */
export function headOf(text: string): string {
  const [head = ''] = text.split('\n\n');
  return head
    .split('\n')
    .map((line) => line.replace(/^# ?/, ''))
    .join(' ');
}

/** The scripts that name a situation on top. */
export function scriptsFor({ key }: Situation, scripts: readonly ScriptHead[]): readonly string[] {
  const marks = ['`', '"', '«', '»'];
  const name = new RegExp(
    `(^|[\\s${marks.join('')}(])${key.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}($|[\\s${marks.join('')},;:.)])`,
  );
  return scripts.filter(({ head }) => name.test(head)).map(({ file }) => file);
}

/** docs/reference/scenarios.md. */
export function renderTable(groups: readonly Group[], scripts: readonly ScriptHead[]): string {
  const sections = groups.map(({ title, from, situations }) => {
    const rows = situations.map((situation) => {
      const links = scriptsFor(situation, scripts).map(linkTo);
      const shown = links.length > 0 ? links.join(', ') : (situation.elsewhere ?? '**nothing**');
      return `| ${cell(situation.key)} | ${situation.what} | ${shown} |`;
    });
    return [
      `## ${title}`,
      '',
      from,
      '',
      '| situation | what it is | shown by |',
      '|---|---|---|',
      ...rows,
    ];
  });
  const all = scripts.map(({ file, head }) => `| ${linkTo(file)} | ${cell(firstSentence(head))} |`);
  return `${[
    ...HEADING,
    ...sections.flatMap((section) => [...section, '']),
    '## All scripts',
    '',
    '| script | first sentence |',
    '|---|---|',
    ...all,
  ].join('\n')}\n`;
}

const HEADING = [
  '# Scenarios, and the situations that they show',
  '',
  'Situations as plain text, played on the step functions that ship, with what they print beside them.',
  '`npm run scenarios` plays all of them. This page is written by `npm run scenarios -- --table`; a test',
  'fails when it is not what that would write, when a situation is shown by nothing, and when',
  '[protocol.md](../protocol.md) lists a counterexample that no script names.',
  '',
];

function linkTo(file: string): string {
  const folder = basename(dirname(file));
  const name = basename(file, '.scenario');
  return `[${folder}/${name}](../../packages/scenarios/scripts/${folder}/${name}.scenario)`;
}

function firstSentence(head: string): string {
  const [sentence = head] = /^.*?\.(?= )/.exec(head) ?? [];
  return sentence;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
