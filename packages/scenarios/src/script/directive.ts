/** One command line of a script: `name word word key=value key=(a,b)`. */
export interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** Where it stands in its file, for messages. */
  readonly line: number;
}

/** The script itself is wrong, or what it insists on does not hold: never an output to be renewed. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';

  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

const WORD = /(?:[\w.-]+=)?\([^)]*\)|\S+/g;
const OPTION = /^([a-zA-Z][\w.-]*)=(.*)$/;

export function parseDirective(text: string, line: number): Directive {
  const [name = '', ...rest] = text.match(WORD) ?? [];
  const words: string[] = [];
  const options: Record<string, string> = {};
  for (const word of rest) {
    const [, key, value] = OPTION.exec(word) ?? [];
    if (key === undefined || value === undefined) words.push(word);
    else options[key] = /^\(.*\)$/.test(value) ? value.slice(1, -1).trim() : value;
  }
  return { name, words, options, line };
}

/** `a,b c` as a list; absent and empty are the empty list. */
export function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter((item) => item !== '');
}

export function numberOf(directive: Directive, text: string, what: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) {
    throw new ScriptError(`${what}: "${text}" is not a number`, directive.line);
  }
  return value;
}
