import { Argument, Command } from 'commander';
import { EXIT } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';

const SHELLS = ['bash', 'zsh'] as const;

export function completionCommand(runner: Runner, program: Command): Command {
  return new Command('completion')
    .description('a completion script: source <(mhactl completion bash)')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) =>
      runner.guarded('read', async () => {
        const start = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : '';
        process.stdout.write(start + script(program));
        return EXIT.done;
      }),
    );
}

/** Words of the command that stands on the line, found by its own name; global flags always. */
function script(program: Command): string {
  const flags = flagsOf(program);
  const names = program.commands.map((command) => command.name());
  const cases = program.commands.map((command) => {
    const children = command.commands.flatMap((child) => [child.name(), ...flagsOf(child)]);
    const words = [...new Set([...children, ...flagsOf(command)])];
    return `      ${command.name()}) words="${words.join(' ')}"; break ;;`;
  });
  return `_mhactl() {
  local words="${names.join(' ')}" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
${cases.join('\n')}
    esac
  done
  COMPREPLY=($(compgen -W "$words ${flags.join(' ')}" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _mhactl mhactl
`;
}

function flagsOf(command: Command): readonly string[] {
  return command.options.flatMap(({ long }) => (long == null ? [] : [long]));
}
