export const USAGE = `check:model: explores the shipped decisions of small clusters, breadth first

  --model NAME     only this model (may be given more than once)
  --break NAME     leave this rule out, and show what then goes wrong
  --list           the models, and the rules that each can leave out
  --full           as many states as the full test takes
  --states N       at most N distinct states in each model
  --depth N        at most N steps from the initial state
  --seconds N      at most N seconds in each model
  --jobs N         processes at a time (2)
`;

export interface Arguments {
  readonly models: readonly string[];
  readonly leftOut: string | null;
  readonly list: boolean;
  readonly full: boolean;
  readonly states: number | null;
  readonly depth: number | null;
  readonly seconds: number | null;
  readonly jobs: number;
}

const FLAGS = ['--list', '--full'];
const VALUED = ['--model', '--break', '--states', '--depth', '--seconds', '--jobs'];

/** The command line, or what is wrong with it. */
export function parseArguments(words: readonly string[]): Arguments | string {
  const values = new Map<string, string[]>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const value = VALUED.includes(word) ? words[++index] : 'yes';
    if (value === undefined || !(FLAGS.includes(word) || VALUED.includes(word))) {
      return `cannot make sense of "${word}"`;
    }
    values.set(word, [...(values.get(word) ?? []), value]);
  }
  const number = (name: string): number | null => {
    const [text] = values.get(name) ?? [];
    return text === undefined ? null : Number(text);
  };
  const numbers = ['--states', '--depth', '--seconds', '--jobs'].map(number);
  if (numbers.some((value) => value !== null && !(value > 0))) return 'a bound must be above 0';
  return {
    models: values.get('--model') ?? [],
    leftOut: values.get('--break')?.[0] ?? null,
    list: values.has('--list'),
    full: values.has('--full'),
    states: number('--states'),
    depth: number('--depth'),
    seconds: number('--seconds'),
    jobs: number('--jobs') ?? 2,
  };
}
