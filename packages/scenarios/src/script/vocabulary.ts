import { ScriptError, type Directive } from './directive.js';

/** What one command does to the world of a script, in lines of text. */
export interface Command<World> {
  /** The whole line as a writer of scripts would type it, then what it does. */
  readonly usage: string;
  /** The options that it takes; any other is refused. `*`: it looks at them itself. */
  readonly options?: readonly string[];
  readonly run: (world: World, directive: Directive) => readonly string[];
}

export type Commands<World> = Readonly<Record<string, Command<World>>>;

/** A world to play in, and what can be said to it. Each file begins with a new world. */
export interface Vocabulary<World = unknown> {
  readonly name: string;
  readonly create: () => World;
  readonly commands: Commands<World>;
}

export function perform<World>(
  { commands, name }: Vocabulary<World>,
  world: World,
  directive: Directive,
): readonly string[] {
  const command = commands[directive.name];
  if (command === undefined) {
    const known = Object.keys(commands).sort().join(', ');
    throw new ScriptError(
      `"${directive.name}" is no command of ${name}; there are ${known}`,
      directive.line,
    );
  }
  const taken = command.options ?? [];
  const unknown = Object.keys(directive.options).find(
    (key) => !taken.includes('*') && !taken.includes(key),
  );
  if (unknown !== undefined) {
    throw new ScriptError(
      `"${directive.name}" takes no option "${unknown}"; usage: ${command.usage}`,
      directive.line,
    );
  }
  return command.run(world, directive);
}
