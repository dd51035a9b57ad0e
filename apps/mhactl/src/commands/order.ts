import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import {
  ClusterError,
  type Cluster,
  type ClusterStatus,
  type HistoryItem,
  type Operation,
  type OrderOptions,
} from '@mha4rdb/client';
import { EXIT, type ExitCode } from '../exit-code.js';
import { confirm } from '../invocation/confirm.js';
import type { Invocation } from '../invocation/invocation.js';
import { isAsAsked, operationTaken, outcomeLine, planText } from '../render/order-text.js';
import { print } from '../render/print.js';

/** The flags that every order has. */
export interface OrderFlags {
  readonly wait: boolean;
  readonly dryRun?: boolean;
}

export interface Order {
  /** `switchover`. */
  readonly name: string;
  /** What a person is asked on a terminal; undefined where it is not worth a question. */
  readonly question?: string;
  /** What is true once it is taken, where it is not waited for; `under way` unless given. */
  readonly taken?: string;
  give(options: OrderOptions): Promise<Operation>;
  /** Who was asked to become primary; undefined where anybody will do. */
  readonly to?: string | undefined;
  /** Where the order takes a while: how far it is, for people, on standard error. */
  readonly progress?: (status: ClusterStatus) => string;
}

/** What `-o json` prints of an order. */
interface OrderReport extends Operation {
  readonly dryRun: boolean;
  /** `done`, `failed: REASON`, `unknown`; null where nothing was waited for. */
  readonly result: string | null;
  readonly history: HistoryItem | null;
}

export function addOrderFlags(command: Command): Command {
  return command
    .option('--no-wait', 'end when the order is taken; its id is printed')
    .option('--dry-run', 'print the plan and what it would cost; change nothing');
}

/** Gives an order, waits until it ended unless told not to, and prints both. */
export async function carryOut(
  { cluster, format, leftMs, unasked }: Invocation,
  order: Order,
  { wait, dryRun = false }: OrderFlags,
): Promise<ExitCode> {
  if (!dryRun && !unasked && order.question !== undefined) {
    const plan = await order.give({ dryRun: true, timeoutMs: leftMs() });
    process.stderr.write(`${planText(plan)}\n`);
    if (!plan.alreadySo && !(await confirm(order.question))) {
      process.stderr.write('nothing was changed\n');
      return EXIT.refused;
    }
  }
  const human = format === 'table' || format === 'wide';
  const report = (report: OrderReport, text: string): void => {
    if (human) process.stdout.write(`${text}\n`);
    else print(format, report, () => '');
  };
  const operationId = randomUUID();
  const operation = await order.give({ operationId, dryRun, timeoutMs: leftMs() });
  const base = { ...operation, dryRun, result: null, history: null };
  if (dryRun || operation.alreadySo) {
    report(base, dryRun ? planText(operation) : operationTaken(order.name, operation));
    return EXIT.done;
  }
  if (human) process.stdout.write(`${operationTaken(order.name, operation, order.taken)}\n`);
  if (!wait) {
    if (!human) report(base, '');
    return EXIT.done;
  }
  try {
    const item = await watched(cluster, order, () =>
      cluster.admin.wait(operation.operationId, { timeoutMs: leftMs() }),
    );
    report({ ...base, result: item.result, history: item }, outcomeLine(item, order.to));
    return item.result === 'done' && isAsAsked(item, order.to) ? EXIT.done : EXIT.failed;
  } catch (error) {
    // What was promised on standard output comes there, though the end is not known.
    if (!human && error instanceof ClusterError) report({ ...base, result: 'unknown' }, '');
    throw error;
  }
}

const PROGRESS_EVERY_MS = 500;

/** Says each step once while `work` is under way; what cannot be asked is not said. */
async function watched<Value>(
  cluster: Cluster,
  { progress }: Order,
  work: () => Promise<Value>,
): Promise<Value> {
  if (progress === undefined) return work();
  let told = '';
  let asking = false;
  const look = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    const text = await cluster.status().then(progress, () => told);
    asking = false;
    if (text === told) return;
    told = text;
    process.stderr.write(`${text}\n`);
  };
  const timer = setInterval(() => void look(), PROGRESS_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
