import { renderConninfo } from '@mha4rdb/db-probe';
import type { DatabaseAddress } from '../engine.js';
import { changeAndConnect, type Context } from './context.js';
import type { Deadline } from './deadline.js';
import { EngineFailure, ServerFailure } from './failure.js';
import { startAsStandby } from './start.js';

/**
 * Makes the standby stream from `upstream`, starting it when it does not run: a directory that was
 * just rewound becomes consistent only by what it streams, so it cannot be started sealed first.
 */
export async function follow(
  context: Context,
  upstream: DatabaseAddress,
  deadline: Deadline,
): Promise<void> {
  const change = {
    upstream: { node: upstream.node, conninfo: upstreamConninfo(context, upstream) },
  };
  if (context.server.postmaster() === undefined) {
    return startAsStandby(context, change, deadline);
  }
  try {
    const session = await changeAndConnect(context, change, deadline);
    try {
      const [row] = await session.rows('select pg_is_in_recovery() as standby', deadline);
      if (row?.['standby'] === true) return;
    } finally {
      session.close();
    }
  } catch (thrown) {
    // Not consistent yet: it takes the file by the signal, and admits nobody who could see that.
    if (thrown instanceof ServerFailure && NOT_READY.has(thrown.view.kind)) return;
    throw thrown;
  }
  throw new EngineFailure('refused', 'a primary cannot follow', 'Stop it and start it sealed.');
}

const NOT_READY: ReadonlySet<string> = new Set(['starting', 'inconsistent', 'not-listening']);

/** Everything but the password, which stands in the password file. */
function upstreamConninfo(context: Context, upstream: DatabaseAddress): string {
  const { config, layout } = context;
  return renderConninfo({
    host: upstream.host,
    port: upstream.port,
    user: config.replication.name,
    application_name: config.node,
    passfile: layout.passfile,
    // A host that vanished must not hold the receiver for the kernel's two minutes.
    connect_timeout: 2,
    keepalives_idle: 2,
    keepalives_interval: 1,
    keepalives_count: 3,
    gssencmode: 'disable',
  });
}
