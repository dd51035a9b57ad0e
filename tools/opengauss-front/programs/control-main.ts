import { readCall, requirePostmaster, type ControlCall } from './control-call.js';
import { build, queryBuild } from './control-build.js';
import { start, status, stop } from './control-process.js';
import { query } from './control-query.js';
import { failover, notify } from './control-role.js';

/** `control-main.js NAME BINDIR ARGS…`: `gs_ctl` or `vb_ctl`, emulated. */
const VERBS: Readonly<Record<string, (call: ControlCall) => number | Promise<number>>> = {
  start: (call) => start(call),
  stop,
  restart: async (call) => {
    await stop(call);
    return start(call);
  },
  status,
  failover,
  notify,
  query,
  build,
  querybuild: queryBuild,
  reload: (call) => {
    const pid = requirePostmaster(call);
    if (pid !== undefined) process.kill(pid, 'SIGHUP');
    return pid === undefined ? 1 : 0;
  },
};

const [, , program = 'gs_ctl', binDir = '', ...args] = process.argv;
const call = readCall(program, binDir, args);
const verb = VERBS[call.verb];
if (verb === undefined) {
  process.stderr.write(`${program}: unrecognized operation mode "${call.verb}" (emulated)\n`);
  process.exit(1);
}
void Promise.resolve(verb(call)).then((code) => process.exit(code));
