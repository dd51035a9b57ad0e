import { parseDirective, ScriptError, type Directive } from './directive.js';

/** Comments and blank lines, kept as they are. */
export interface Prose {
  readonly kind: 'prose';
  readonly lines: readonly string[];
}

/** Some command lines, and what they print together. */
export interface Block {
  readonly kind: 'block';
  readonly commands: readonly string[];
  readonly directives: readonly Directive[];
  readonly expected: readonly string[];
  /** Line of the first line of the expected output, counted from 1. */
  readonly expectedLine: number;
}

export type Script = readonly (Prose | Block)[];

const FENCE = '----';

/**
 * Reads a script: comments, then blocks of command lines, `----`, and the expected output up to a
 * blank line. Output that has blank lines itself stands between doubled fences.
 */
export function parseScript(text: string): Script {
  const lines = text.replace(/\n$/, '').split('\n');
  const script: (Prose | Block)[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (isProse(line)) {
      script.push({ kind: 'prose', lines: [line] });
      at += 1;
      continue;
    }
    const start = at;
    while (at < lines.length && lines[at] !== FENCE) {
      if (isProse(lines[at] ?? '')) throw new ScriptError(`commands without "${FENCE}"`, at + 1);
      at += 1;
    }
    if (at === lines.length) throw new ScriptError(`commands without "${FENCE}"`, start + 1);
    const commands = lines.slice(start, at);
    const { expected, from, next } = expectedAt(lines, at + 1);
    script.push({
      kind: 'block',
      commands,
      directives: commands.map((command, place) => parseDirective(command, start + place + 1)),
      expected,
      expectedLine: from + 1,
    });
    at = next;
  }
  return script;
}

function expectedAt(
  lines: readonly string[],
  at: number,
): { expected: readonly string[]; from: number; next: number } {
  if (lines[at] !== FENCE) {
    let end = at;
    while (end < lines.length && lines[end] !== '') end += 1;
    return { expected: lines.slice(at, end), from: at, next: end };
  }
  for (let end = at + 1; end < lines.length; end++) {
    if (lines[end] === FENCE && lines[end + 1] === FENCE) {
      return { expected: lines.slice(at + 1, end), from: at + 1, next: end + 2 };
    }
  }
  throw new ScriptError('output between doubled fences does not end', at + 1);
}

function isProse(line: string): boolean {
  return line === '' || line.startsWith('#');
}

/** The script as text again, with `outputs` in place of what its blocks expected. */
export function renderScript(script: Script, outputs: readonly (readonly string[])[]): string {
  let block = 0;
  const lines = script.flatMap((part) => {
    if (part.kind === 'prose') return part.lines;
    const output = outputs[block++] ?? part.expected;
    const doubled = output.includes('') || output[0] === FENCE;
    const fences = doubled ? [FENCE, FENCE] : [FENCE];
    return [...part.commands, ...fences, ...output, ...(doubled ? fences : [])];
  });
  return `${lines.join('\n')}\n`;
}
