import { type ChildProcess, spawn } from 'node:child_process';
import { LAB_NETWORK } from '../cluster/plan.js';
import { LabError } from '../lab-error.js';
import {
  createNamespace,
  deleteNamespace,
  inNamespace,
  killNamespace,
  processesInNamespace,
} from '../network/namespace.js';
import type { Switch } from '../network/switch.js';
import { runCommand } from '../run-command.js';
import { waitUntil } from '../wait-until.js';

/** Where a host stands on the lab's network. */
export interface HostPlace {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  readonly index: number;
}

/**
 * A host: a network namespace with `eth0` on the lab's switch. A host without power has no
 * namespace at all, so that addresses, packet filter rules and sockets are gone as after a reboot.
 */
export class Host {
  #holder: ChildProcess | undefined;

  constructor(
    readonly place: HostPlace,
    readonly lan: Switch,
  ) {}

  get name(): string {
    return this.place.name;
  }

  /** Whether the host has power. */
  get isOn(): boolean {
    return this.#holder !== undefined;
  }

  /** A process that does nothing in this host: through /proc/PID/net others see its addresses. */
  get holderPid(): number | undefined {
    return this.#holder?.pid;
  }

  /** Builds the namespace, plugs it in and gives it its own address. */
  async powerOn(): Promise<void> {
    if (this.isOn) return;
    const { namespace, name, address, index } = this.place;
    await createNamespace(namespace);
    await this.lan.plug(name, namespace, index);
    await runCommand('ip', ['-n', namespace, 'link', 'set', 'eth0', 'up']);
    const own = `${address}/${LAB_NETWORK.prefixLength}`;
    await runCommand('ip', ['-n', namespace, 'addr', 'add', own, 'dev', 'eth0']);
    this.#holder = spawn('ip', inNamespace(namespace, ['sleep', 'infinity']), { stdio: 'ignore' });
    this.#holder.unref();
    await this.#holderInside();
  }

  /**
   * The power fails: first the cable, so that nobody sees a FIN or RST of what dies, then every
   * process at once, then the network itself.
   */
  async powerOff(): Promise<void> {
    if (!this.isOn) return;
    await this.lan.setLink(this.name, 'down');
    killNamespace(this.place.namespace);
    this.#holder = undefined;
    // The kernel takes a namespace apart in its own time; the port must be free for the next boot.
    await this.lan.unplug(this.name);
    await deleteNamespace(this.place.namespace);
  }

  /** Command line that runs a program on this host. */
  command(program: readonly string[]): [string, ...string[]] {
    if (!this.isOn) throw new LabError(`host ${this.name} has no power`);
    return ['ip', ...inNamespace(this.place.namespace, program)];
  }

  async #holderInside(): Promise<void> {
    const pid = this.holderPid;
    await waitUntil(
      () => pid !== undefined && processesInNamespace(this.place.namespace).includes(pid),
      { timeoutMs: 5_000, everyMs: 5, what: `a process inside ${this.place.namespace}` },
    );
  }
}
