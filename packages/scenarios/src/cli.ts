#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { scriptFiles, vocabularyOf, VOCABULARIES } from './catalogue.js';
import { playScript } from './script/play.js';
import { currentTable, TABLE } from './situations/index.js';

const USAGE = `scenarios: plays the scenario scripts and compares what they print

  npm run scenarios -- [--rewrite] [FILE…]

  --rewrite   renew the expected output in place; read the difference before you keep it
  --table     writes docs/reference/scenarios.md: which situation is shown by which script
  --commands  what can be said in a script
  FILE        a script, or a part of its path; all scripts when none is given
`;

function main(words: readonly string[]): number {
  if (words.includes('--help')) return say(USAGE);
  if (words.includes('--commands')) return say(commandsAsText());
  if (words.includes('--table')) {
    writeFileSync(TABLE, currentTable());
    return 0;
  }
  const unknown = words.find((word) => word.startsWith('--') && word !== '--rewrite');
  if (unknown !== undefined) return say(`unknown word "${unknown}"\n\n${USAGE}`, 2);
  const wanted = words.filter((word) => !word.startsWith('--'));
  const files = scriptFiles().filter(
    (file) => wanted.length === 0 || wanted.some((part) => file.includes(part)),
  );
  if (files.length === 0) return say(`no script has ${wanted.join(' or ')} in its path\n`, 2);
  const failed = files.filter((file) => !play(file, words.includes('--rewrite')));
  return say(`scenarios: ${files.length} played, ${failed.length} failed\n`, failed.length && 1);
}

function play(file: string, rewrite: boolean): boolean {
  const name = relative(process.cwd(), file);
  const before = readFileSync(file, 'utf8');
  try {
    const { text, difference } = playScript(vocabularyOf(file), name, before);
    if (text === before) return true;
    say(difference === '' ? `${name}: only its fences differ\n` : difference);
    if (!rewrite) return false;
    writeFileSync(file, text);
    return say(`${name}: rewritten\n`) === 0;
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  }
}

function commandsAsText(): string {
  return VOCABULARIES.map(({ name, commands }) => {
    const lines = Object.values(commands).map(({ usage }) => `  ${usage}\n`);
    return `${name}\n${lines.sort().join('')}`;
  }).join('\n');
}

function say(text: string, code = 0): number {
  process.stdout.write(text);
  return code;
}

process.exitCode = main(process.argv.slice(2));
