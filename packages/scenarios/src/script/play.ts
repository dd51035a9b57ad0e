import { ScriptError } from './directive.js';
import { parseScript, renderScript, type Block } from './script.js';
import { unifiedDiff } from './unified-diff.js';
import { perform, type Vocabulary } from './vocabulary.js';

/** What came of playing one script. */
export interface Played {
  /** The script with what it printed now. */
  readonly text: string;
  /** Where that differs from what it expected, ready to print; empty when it does not. */
  readonly difference: string;
}

/**
 * Plays a script from its beginning in a new world. A script that is wrong, that insists on what does
 * not hold, or in whose world an invariant breaks, throws: none of these is an output.
 */
export function playScript<World>(
  vocabulary: Vocabulary<World>,
  file: string,
  text: string,
): Played {
  try {
    const world = vocabulary.create();
    const script = parseScript(text);
    const blocks = script.filter((part) => part.kind === 'block');
    const outputs = blocks.map((block) => outputOf(vocabulary, world, block));
    return {
      text: renderScript(script, outputs),
      difference: blocks.map((block, place) => differ(file, block, outputs[place] ?? [])).join(''),
    };
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw new Error(`${file}:${error.line}: ${error.message}`, { cause: error });
  }
}

function outputOf<World>(
  vocabulary: Vocabulary<World>,
  world: World,
  { directives }: Block,
): readonly string[] {
  const output: string[] = [];
  for (const directive of directives) {
    try {
      output.push(...perform(vocabulary, world, directive));
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      // Without what led to it, nobody could tell why it failed.
      throw new ScriptError(`${error.message}\n${output.join('\n')}`.trimEnd(), error.line);
    }
  }
  return output;
}

function differ(file: string, block: Block, actual: readonly string[]): string {
  const diff = unifiedDiff(block.expected, actual, block.expectedLine);
  if (diff.length === 0) return '';
  return `${file}:${block.expectedLine}: ${block.commands.at(-1) ?? ''}\n${diff.join('\n')}\n`;
}
