import { FrontServer, readInstallation, type Mode } from '../server/server.js';

/** `gaussdb gaussdb-main.js DATADIR MODE BINDIR`: one emulated server. */
const MODES: Readonly<Record<string, Mode>> = {
  pending: 'Pending',
  standby: 'Standby',
  primary: 'Primary',
  normal: 'Normal',
};
const [, , dataDir = '', mode = 'normal', binDir = ''] = process.argv;
const server = new FrontServer(dataDir, MODES[mode] ?? 'Normal', readInstallation(binDir));
server.start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
