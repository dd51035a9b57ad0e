import {
  INITIAL_BLOCK,
  isOurAccess,
  readBlock,
  renderAccessLines,
  withBlock,
  type BlockState,
} from '@mha4rdb/db-probe';
import { readIfThere, writeDurably } from '../postgres/durable-file.js';
import { EngineFailure } from '../postgres/failure.js';
import type { Layout } from '../postgres/layout.js';
import type { OpenGaussConfig } from './config.js';

export type BlockChange = Partial<Omit<BlockState, 'generation'>> & {
  /** Only these are named as peers, where a copy must come from one of them and no other. */
  readonly onlyPeer?: string;
};

/** Our block in `postgresql.conf` and our `pg_hba.conf`; written whole, durably, one at a time. */
export class SettingsBlock {
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: OpenGaussConfig,
    private readonly layout: Layout,
  ) {}

  async read(): Promise<BlockState | undefined> {
    const text = await readIfThere(this.layout.mainFile);
    return text === undefined ? undefined : readBlock(text);
  }

  /** Applies a change and answers the new state; in force after a reload or a start. */
  write(change: BlockChange): Promise<BlockState> {
    const next = this.queue.then(() => this.writeNow(change));
    this.queue = next.catch(() => undefined);
    return next;
  }

  private async writeNow({ onlyPeer, ...change }: BlockChange): Promise<BlockState> {
    const { mainFile } = this.layout;
    const text = await readIfThere(mainFile);
    if (text === undefined) {
      throw new EngineFailure('not-ours', `${mainFile} is missing`, 'Restore it, or clone anew.');
    }
    const before = readBlock(text) ?? INITIAL_BLOCK;
    const state: BlockState = { ...before, ...change, generation: before.generation + 1 };
    const { config } = this;
    const members = config.members();
    const self = members.find(({ node }) => node === config.node);
    if (self === undefined) {
      throw new EngineFailure('refused', `${config.node} is no member`, 'Add it to the members.');
    }
    // Whoever is stricter comes first, so that no reload in between admits more than the state says.
    if (state.admits === 'replication') await this.writeAccess(state);
    const peers = members.filter(({ node }) => node !== config.node);
    const block = withBlock(text, {
      ...state,
      node: config.node,
      port: config.port,
      socketDir: config.socketDir,
      parameters: config.parameters,
      self,
      peers: onlyPeer === undefined ? peers : peers.filter(({ node }) => node === onlyPeer),
    });
    await writeDurably(mainFile, block, config.osUser);
    if (state.admits === 'all') await this.writeAccess(state);
    return state;
  }

  private async writeAccess({ admits }: BlockState): Promise<void> {
    const { hbaFile, keptHbaFile, createdMark } = this.layout;
    const present = await readIfThere(hbaFile);
    const isOperators = present !== undefined && !isOurAccess(present);
    if (isOperators && (await readIfThere(createdMark)) === undefined) {
      await writeDurably(keptHbaFile, present, this.config.osUser);
    }
    const kept = (await readIfThere(keptHbaFile)) ?? '';
    const lines = renderAccessLines({
      initialUser: this.config.superuser.name,
      memberHosts: this.config.members().map(({ host }) => host),
      userLines: this.config.hba,
      keptLines: kept.split('\n').filter((line) => line.trim() !== ''),
      admits,
    });
    await writeDurably(hbaFile, lines, this.config.osUser);
  }
}
