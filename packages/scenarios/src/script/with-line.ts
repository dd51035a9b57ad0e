import type { Commands } from './vocabulary.js';

/** The world knows which line is played, so that whatever fails in it can say so. */
export function withLine<World extends { line: number }>(
  commands: Commands<World>,
): Commands<World> {
  return Object.fromEntries(
    Object.entries(commands).map(([name, command]) => [
      name,
      {
        ...command,
        run: (world, directive) => {
          world.line = directive.line;
          return command.run(world, directive);
        },
      },
    ]),
  );
}
