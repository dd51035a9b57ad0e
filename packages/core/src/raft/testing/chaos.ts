import { addDuration, type NodeId, type SeededRandom } from '@mha4rdb/kernel';
import {
  compact,
  crash,
  createCluster,
  deliver,
  dispatch,
  hostOf,
  persist,
  start,
  tick,
  voters,
  type Cluster,
  type Packet,
} from './cluster.js';
import { watch, type Watch } from './checker.js';
import { elapse, hostIds, leaders, propose } from './drive.js';
import { changeSomething, noChanges, type MembershipChanges } from './membership-chaos.js';

/** Which faults a run has, and how often; drawn per run, so that runs differ in kind (A4.2). */
interface Faults {
  readonly loss: number;
  readonly duplication: number;
  readonly disorder: boolean;
  readonly crash: number;
  readonly slowDisks: number;
  readonly partitions: number;
  readonly transfers: number;
  readonly compactions: number;
}

const PACKETS = 200;

/** What a run is asked to do besides the faults that every run has. */
export interface ChaosOptions {
  /** Members are added, promoted and removed, and disks are lost. */
  readonly membership: boolean;
}

export interface ChaosRun {
  readonly cluster: Cluster;
  readonly checker: Watch;
  readonly crashes: number;
  readonly proposals: number;
  readonly changes: MembershipChanges;
}

/** A run of `steps` random events on `size` nodes; every property is checked after each of them. */
export function runChaos(
  seed: number,
  size: number,
  steps: number,
  options: ChaosOptions = { membership: false },
): ChaosRun {
  const cluster = createCluster(voters(size), seed);
  const checker = watch(cluster);
  const random = cluster.random.fork('chaos');
  const faults = drawFaults(random);
  const run = { crashes: 0, proposals: 0 };
  const changes = noChanges();
  let cut: readonly NodeId[] = [];
  for (let count = 0; count < steps; count++) {
    if (random.chance(faults.partitions)) {
      cut = hostIds(cluster).filter(() => random.chance(0.4));
    }
    if (random.chance(faults.crash)) {
      crash(cluster, random.pick(hostIds(cluster)));
      run.crashes += 1;
    }
    if (options.membership && random.chance(0.02)) changeSomething(cluster, random, changes);
    moveOne(cluster, random, { faults, cut, count, run });
  }
  return { cluster, checker, ...run, changes };
}

interface Move {
  readonly faults: Faults;
  readonly cut: readonly NodeId[];
  readonly count: number;
  readonly run: { proposals: number };
}

function moveOne(cluster: Cluster, random: SeededRandom, move: Move): void {
  const { faults, cut, count, run } = move;
  const id = random.pick(hostIds(cluster));
  const { state } = hostOf(cluster, id);
  const dice = random.next();
  if (dice < 0.55) deliverOne(cluster, random, faults, cut);
  else if (dice < 0.75) {
    if (!random.chance(faults.slowDisks)) persist(cluster, id);
  } else if (dice < 0.9) {
    cluster.now = addDuration(cluster.now, random.integer(1, 12));
    tick(cluster, id);
  } else if (state === null) {
    if (random.chance(0.2)) start(cluster, id);
  } else if (dice < 0.97) {
    const leader = leaders(cluster).at(-1) ?? id;
    if (propose(cluster, leader, `${count}`)) run.proposals += 1;
  } else if (random.chance(faults.compactions)) compact(cluster, id);
  else if (random.chance(faults.transfers)) {
    const to = random.pick(hostIds(cluster));
    for (const leader of leaders(cluster)) {
      dispatch(cluster, leader, { kind: 'transfer', now: cluster.now, to });
    }
  }
}

function drawFaults(random: SeededRandom): Faults {
  const some = (chance: number): number => (random.chance(0.6) ? random.next() * chance : 0);
  return {
    loss: some(0.3),
    duplication: some(0.3),
    disorder: random.chance(0.7),
    crash: some(0.005),
    slowDisks: some(0.9),
    partitions: some(0.005),
    transfers: some(0.5),
    compactions: some(2),
  };
}

function deliverOne(
  cluster: Cluster,
  random: SeededRandom,
  faults: Faults,
  cut: readonly NodeId[],
): void {
  const { net } = cluster;
  if (net.length > PACKETS) net.splice(0, net.length - PACKETS);
  const packet = takeOne(net, faults.disorder ? random.integer(0, net.length - 1) : 0);
  if (packet === undefined) return;
  const { message } = packet;
  if (random.chance(faults.duplication)) net.push(packet);
  if (cut.includes(message.from) !== cut.includes(message.to)) return;
  if (!random.chance(faults.loss)) deliver(cluster, message);
}

function takeOne(net: Packet[], at: number): Packet | undefined {
  return net.splice(at, 1)[0];
}

/** Everything works again: restarts all, and answers with the leader that all of them follow. */
export function heal({ cluster }: ChaosRun): NodeId | null {
  for (const id of hostIds(cluster)) if (hostOf(cluster, id).state === null) start(cluster, id);
  elapse(cluster, 3000);
  const [leader, ...others] = leaders(cluster);
  return leader !== undefined && others.length === 0 ? leader : null;
}
