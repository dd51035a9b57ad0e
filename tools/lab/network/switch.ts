import { runCommand } from '../run-command.js';
import { createNamespace, inNamespace } from './namespace.js';

const TABLE = `table bridge lab {
  set dead { type ifname; }
  set cut { type ifname . ifname; }
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname @dead drop
    oifname @dead drop
    iifname . oifname @cut drop
  }
}`;

/** The hardware address of a host, by its position; it stays over a reboot. */
export function hardwareAddress(index: number): string {
  return `02:4d:48:41:00:${index.toString(16).padStart(2, '0')}`;
}

/**
 * The lab's Ethernet switch: a bridge in a namespace of its own, so that nothing of the machine's
 * network is touched. Frames are dropped here, never on the hosts, as a broken cable would.
 */
export class Switch {
  constructor(readonly namespace: string) {}

  /** Builds the bridge and its (empty) drop rules. */
  async create(): Promise<void> {
    await createNamespace(this.namespace);
    await this.#ip('link add br0 type bridge stp_state 0 forward_delay 0');
    await this.#ip('link set br0 up');
    await runCommand('ip', inNamespace(this.namespace, ['nft', '-f', '-']), { input: TABLE });
  }

  /** Plugs a host in: `eth0` of its namespace, with a hardware address that stays over a reboot. */
  async plug(host: string, namespace: string, index: number): Promise<void> {
    const mac = hardwareAddress(index);
    await this.#ip(
      `link add ${port(host)} type veth peer name eth0 address ${mac} netns ${namespace}`,
    );
    await this.#ip(`link set ${port(host)} master br0`);
    await this.#ip(`link set ${port(host)} up`);
  }

  /** Removes a host's cable altogether. The namespace's own end goes with it. */
  async unplug(host: string): Promise<void> {
    await this.#ip(`link delete ${port(host)}`);
  }

  /** Takes a host's cable out (both ends lose their carrier) or puts it back. */
  async setLink(host: string, state: 'up' | 'down'): Promise<void> {
    await this.#ip(`link set ${port(host)} ${state}`);
  }

  /** Drops every frame from and to a host, while its carrier stays. */
  async isolate(host: string): Promise<void> {
    await this.#element('add', 'dead', `"${port(host)}"`);
  }

  /** Ends {@link isolate}. */
  async rejoin(host: string): Promise<void> {
    await this.#element('delete', 'dead', `"${port(host)}"`);
  }

  /** Drops the frames from one host to another; the other direction stays. */
  async cut(from: string, to: string): Promise<void> {
    await this.#element('add', 'cut', `"${port(from)}" . "${port(to)}"`);
  }

  /** Lets all frames pass again. Cables that were taken out stay out. */
  async heal(): Promise<void> {
    for (const set of ['dead', 'cut']) await this.#nft(['flush', 'set', 'bridge', 'lab', set]);
  }

  async #element(verb: 'add' | 'delete', set: string, element: string): Promise<void> {
    await this.#nft([verb, 'element', 'bridge', 'lab', set, `{ ${element} }`]);
  }

  async #nft(args: readonly string[]): Promise<void> {
    await runCommand('ip', inNamespace(this.namespace, ['nft', ...args]));
  }

  async #ip(command: string): Promise<void> {
    await runCommand('ip', ['-n', this.namespace, ...command.split(' ')]);
  }
}

function port(host: string): string {
  return `v-${host}`;
}
