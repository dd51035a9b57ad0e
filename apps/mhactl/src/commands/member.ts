import { Command, Option } from 'commander';
import type { MemberChanges, NewMember } from '@mha4rdb/client';
import { EXIT, UsageError, type ExitCode } from '../exit-code.js';
import { parsePriority } from '../invocation/priority.js';
import type { Invocation, Runner } from '../invocation/invocation.js';
import { admissionStep, memberTable, removalStep } from '../render/member-text.js';
import { print } from '../render/print.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

/** A new database is copied while the command waits. */
const ADD_TIMEOUT_MS = 600_000;

/** What `--no-failover` and `--no-sync` leave as flags. */
interface LimitFlags {
  readonly failover: boolean;
  readonly sync: boolean;
}

type AddFlags = OrderFlags & LimitFlags & Omit<NewMember, 'id' | 'noFailover' | 'noSync'>;

interface SetFlags extends OrderFlags {
  readonly priority?: number;
  readonly failover?: 'yes' | 'no';
  readonly sync?: 'yes' | 'no';
}

export function memberCommand(runner: Runner): Command {
  return new Command('member')
    .description('list, add, change and remove members')
    .addCommand(listCommand(runner))
    .addCommand(addCommand(runner))
    .addCommand(setCommand(runner))
    .addCommand(removeCommand(runner));
}

function addCommand(runner: Runner): Command {
  return addOrderFlags(new Command('add'))
    .description('admit a new node: it joins, copies the data, streams, and gets a vote')
    .argument('<id>', 'never used in this cluster before')
    .addOption(
      new Option('--role <role>', 'what it is').choices(['data', 'arbiter']).makeOptionMandatory(),
    )
    .requiredOption('--address <host:port>', 'where its agent or arbiter listens')
    .option('--database <host:port>', 'where its database listens; data members only')
    .option('--priority <n>', 'breaks ties among equals; the greater wins', parsePriority, 0)
    .option('--no-failover', 'keep it from taking over; commits do not count on it')
    .option('--no-sync', 'commits do not count on it')
    .action((id: string, flags: AddFlags, command: Command) => {
      const { wait, dryRun = false, failover, sync, ...member } = flags;
      return runner.withCluster(
        command,
        'order',
        (invocation) =>
          add(
            invocation,
            { id, ...member, noFailover: !failover, noSync: !sync },
            { wait, dryRun },
          ),
        ADD_TIMEOUT_MS,
      );
    });
}

async function add(
  invocation: Invocation,
  member: NewMember,
  flags: OrderFlags,
): Promise<ExitCode> {
  const { role, database, id } = member;
  if (role === 'data' && database === undefined) {
    throw new UsageError('a data member has a database: give --database HOST:PORT');
  }
  if (role === 'arbiter' && database !== undefined) {
    throw new UsageError('an arbiter has no database: leave --database out');
  }
  return carryOut(
    invocation,
    {
      name: 'member add',
      question: `Admit ${id} to the cluster?`,
      give: (options) => invocation.cluster.admin.addMember(member, options),
      progress: (status) => admissionStep(status, id),
    },
    flags,
  );
}

function setCommand(runner: Runner): Command {
  const yesOrNo = (flags: string, description: string): Option =>
    new Option(`${flags} <yes|no>`, description).choices(['yes', 'no']);
  return addOrderFlags(new Command('set'))
    .description('change whom elections prefer or leave out, and whom commits may count on')
    .argument('<id>', 'the member')
    .option('--priority <n>', 'breaks ties among equals; the greater wins', parsePriority)
    .addOption(yesOrNo('--failover', 'may it take over? (no: commits do not count on it either)'))
    .addOption(yesOrNo('--sync', 'may commits count on it?'))
    .action((id: string, { priority, failover, sync, ...flags }: SetFlags, command: Command) => {
      const changes: MemberChanges = {
        ...(priority !== undefined && { priority }),
        ...(failover !== undefined && { noFailover: failover === 'no' }),
        ...(sync !== undefined && { noSync: sync === 'no' }),
      };
      return runner.withCluster(command, 'order', (invocation) =>
        change(invocation, id, changes, flags),
      );
    });
}

async function change(
  invocation: Invocation,
  id: string,
  changes: MemberChanges,
  flags: OrderFlags,
): Promise<ExitCode> {
  if (Object.keys(changes).length === 0) {
    throw new UsageError('nothing to change: give --priority, --failover or --sync');
  }
  return carryOut(
    invocation,
    {
      name: 'member set',
      give: (options) => invocation.cluster.admin.changeMember(id, changes, options),
    },
    flags,
  );
}

function removeCommand(runner: Runner): Command {
  return addOrderFlags(new Command('remove'))
    .description("end a member's part for good; its id is never used again")
    .argument('<id>', 'the member')
    .action((id: string, flags: OrderFlags, command: Command) =>
      runner.withCluster(command, 'order', (invocation) =>
        carryOut(
          invocation,
          {
            name: 'member remove',
            question: `Remove ${id} for good?`,
            give: (options) => invocation.cluster.admin.removeMember(id, options),
            progress: (status) => removalStep(status, id),
          },
          flags,
        ),
      ),
    );
}

function listCommand(runner: Runner): Command {
  return new Command('list')
    .description('the replicated member list, and what each word counts')
    .action((_flags, command: Command) =>
      runner.withCluster(command, 'read', async ({ cluster, format }) => {
        const { members } = await cluster.status();
        print(format, members, () => memberTable(members));
        return EXIT.done;
      }),
    );
}
