import koffi from 'koffi';
import { ok } from '@mha4rdb/kernel';
import { hostErr, NEEDS_NET_ADMIN, type HostResult } from './host-failure.js';

/**
 * nftables inside this process: no child, 0.2 to 0.3 ms for a transaction (measured, the same beside
 * a foreign table of 7000 entries). It acts on the network namespace of the process.
 */
export interface Nftables {
  /** Runs one or more commands as ONE transaction; answers what they print. */
  run(commands: string): HostResult<string>;
  /** Has the kernel judge the commands without doing them. */
  check(commands: string): HostResult<string>;
  close(): void;
}

const LIBRARY = 'libnftables.so.1';
/** `nft_ctx_new`: library defaults. */
const CONTEXT_DEFAULT = 0;

interface Library {
  readonly create: (flags: number) => unknown;
  readonly free: (context: unknown) => void;
  readonly bufferOutput: (context: unknown) => number;
  readonly bufferError: (context: unknown) => number;
  readonly run: (context: unknown, commands: string) => number;
  readonly output: (context: unknown) => string | null;
  readonly error: (context: unknown) => string | null;
  readonly setDryRun: (context: unknown, dry: boolean) => void;
}

let library: Library | undefined;

/** Loads libnftables (4 MB of resident memory). */
export function openNftables(): HostResult<Nftables> {
  try {
    library ??= loadLibrary();
  } catch (error) {
    return hostErr(
      'library-missing',
      `${LIBRARY} cannot be loaded: ${String(error)}`,
      'install nftables (Debian: apt-get install nftables; RHEL, openEuler: dnf install nftables)',
    );
  }
  const nft = library;
  const context = nft.create(CONTEXT_DEFAULT);
  if (context === null || nft.bufferOutput(context) !== 0 || nft.bufferError(context) !== 0) {
    return hostErr('nft-failed', `${LIBRARY} gave no context`);
  }
  const run = (commands: string): HostResult<string> => {
    const failed = nft.run(context, commands) !== 0;
    // Both buffers are read every time: reading empties them.
    const output = nft.output(context) ?? '';
    const error = nft.error(context) ?? '';
    return failed ? failure(error) : ok(output);
  };
  return ok({
    run,
    check: (commands) => {
      nft.setDryRun(context, true);
      const result = run(commands);
      nft.setDryRun(context, false);
      return result;
    },
    close: () => nft.free(context),
  });
}

function loadLibrary(): Library {
  const so = koffi.load(LIBRARY);
  return {
    create: so.func('void *nft_ctx_new(uint32_t flags)'),
    free: so.func('void nft_ctx_free(void *context)'),
    bufferOutput: so.func('int nft_ctx_buffer_output(void *context)'),
    bufferError: so.func('int nft_ctx_buffer_error(void *context)'),
    run: so.func('int nft_run_cmd_from_buffer(void *context, const char *commands)'),
    output: so.func('const char *nft_ctx_get_output_buffer(void *context)'),
    error: so.func('const char *nft_ctx_get_error_buffer(void *context)'),
    setDryRun: so.func('void nft_ctx_set_dry_run(void *context, bool dry)'),
  };
}

function failure(text: string): HostResult<never> {
  const first = text.split('\n')[0]?.replace(/^Error: /, '') ?? '';
  if (/Operation not permitted/.test(text)) {
    return hostErr('no-permission', `nftables refuses: ${first}`, NEEDS_NET_ADMIN);
  }
  if (/No such file or directory/.test(text)) {
    return hostErr('nft-absent', `nftables: ${first}`);
  }
  const unsupported = /not supported/i.test(text);
  return hostErr(
    'nft-failed',
    `nftables refuses: ${first}`,
    unsupported ? 'the kernel needs nf_tables, nft_reject_inet (4.18 or later)' : undefined,
  );
}
