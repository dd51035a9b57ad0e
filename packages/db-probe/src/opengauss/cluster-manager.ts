import { numberOf } from '../postgres/probe-rows.js';
import { ROLES, STATES, wordOf, type RoleWord, type StateWord } from './vocabulary.js';

/** One database instance in `cm_ctl query -Cvipd` or `has_ctl query -C -v -i -p -d`. */
export interface ManagedInstance {
  readonly node: number;
  readonly nodeName: string;
  readonly host: string;
  readonly instance: number;
  readonly port?: number;
  readonly dataDir?: string;
  /** Installed as: `P`, `S`, `C`. What it is now says `role`. */
  readonly installedAs: 'P' | 'S' | 'C' | 'unknown';
  /** `Down` is a role there. */
  readonly role: RoleWord | 'Down';
  readonly state: StateWord | ManagerState;
  /** Behind `Need repair` and `Building`, in brackets. */
  readonly reason?: string;
}

const MANAGER_STATES = [
  'Manually stopped',
  'Disk damaged',
  'Port conflicting',
  'Build failed',
  'CoreDump',
  'ReadOnly',
] as const;
type ManagerState = (typeof MANAGER_STATES)[number];

const CLUSTER_STATES = ['Normal', 'Degraded', 'Unavailable', 'Starting', 'Redistributing'] as const;

/** A cluster manager of the family, as its own tool shows it. */
export interface ManagedCluster {
  readonly state: (typeof CLUSTER_STATES)[number] | 'unknown';
  readonly paused: boolean;
  readonly instances: readonly ManagedInstance[];
  /**
   * The only instance that is primary and works, if just one is; otherwise nobody, whatever the
   * cluster's own word. A role or a state that is not known anywhere makes it nobody, too.
   */
  readonly primary?: ManagedInstance;
}

const INSTANCE =
  /^(\d+)\s+(\S+)\s+(?:(\d+(?:\.\d+){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)\s+)?(\d{4,})\s+(?:(\d{1,5})\s+)?(?:(\/\S*)\s+)?([A-Z])\s+(Cascade Standby|Main Standby|[A-Z][a-z]+)\s+(\S.*?)\s*$/;

/** Reads the tool's output; `undefined` when it has no section of database instances. */
export function readClusterManager(text: string): ManagedCluster | undefined {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => /^\[\s*Datanode State\s*\]/.test(line));
  if (begin < 0) return undefined;
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => line.startsWith('['));
  const rows = (end < 0 ? rest : rest.slice(0, end))
    .flatMap((line) => line.split(' | '))
    .map((cell) => cell.trim())
    .filter((cell) => /^\d/.test(cell));
  const instances = rows.map(readInstance);
  const known = instances.flatMap((instance) => instance ?? []);
  const primary = known.filter(({ role }) => role === 'Primary');
  const unclear =
    known.length !== rows.length ||
    known.some(({ role, state }) => role === 'unknown' || state === 'unknown');
  const only = primary.length === 1 && primary[0]?.state === 'Normal' ? primary[0] : undefined;
  const stateWord = /^cluster_state\s*:\s*(\S+)/m.exec(text)?.[1];
  return {
    state: wordOf(CLUSTER_STATES, stateWord),
    paused: /^pausing\s*:\s*Yes/m.test(text),
    instances: known,
    ...(only === undefined || unclear ? {} : { primary: only }),
  };
}

function readInstance(cell: string): ManagedInstance | undefined {
  const match = INSTANCE.exec(cell);
  if (match === null) return undefined;
  const [, node, nodeName = '', host = '', instance, port, dataDir, installed, role, words = ''] =
    match;
  const [, state = '', reason] = /^([^(]+?)\s*(?:\((.*)\))?$/.exec(words) ?? [];
  return {
    node: numberOf(node) ?? 0,
    nodeName,
    host,
    instance: numberOf(instance) ?? 0,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(dataDir === undefined ? {} : { dataDir }),
    installedAs: wordOf(['P', 'S', 'C'] as const, installed),
    role: role === 'Down' ? 'Down' : wordOf(ROLES, role),
    state: wordOf([...STATES, ...MANAGER_STATES], state),
    ...(reason === undefined ? {} : { reason }),
  };
}
