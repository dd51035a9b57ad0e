import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { NotPossible } from './report.mjs';
import { hasProgram, run } from './run-process.mjs';

/** What the lab needs of the system, and the Debian package that brings it. */
const NEEDED = [
  { what: 'ip', package: 'iproute2', isThere: () => hasProgram('ip') },
  { what: 'nft', package: 'nftables', isThere: () => hasProgram('nft') },
  { what: 'arping', package: 'iputils-arping', isThere: () => hasProgram('arping') },
  { what: 'a PostgreSQL server', package: 'postgresql', isThere: () => hasPostgres() },
];
const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.d';

/** Installs the Debian packages that the lab needs, or says exactly which command would. */
export async function ensureSystemPackages() {
  const missing = [];
  for (const need of NEEDED) if (!(await need.isThere())) missing.push(need);
  if (missing.length === 0) return 'all there';
  const names = missing.map((need) => need.package);
  const what = missing.map((need) => need.what).join(', ');
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (!existsSync('/etc/debian_version')) {
    throw new NotPossible(
      `${what} missing. Install with your system's package manager: ${names.join(', ')}`,
    );
  }
  if (process.getuid() !== 0) {
    throw new NotPossible(`${what} missing.\nMissing command: sudo ${command}`);
  }
  if (names.includes('postgresql')) leaveDefaultClusterOut();
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env, timeoutMs: 120_000 });
  const { code, output } = await run('sh', ['-c', command], { env, timeoutMs: 600_000 });
  if (code === 0) return `installed ${names.join(', ')}`;
  throw new NotPossible(
    `${what} missing: ${output.trim().slice(-2000)}\nMissing command: ${command}`,
  );
}

function hasPostgres() {
  const root = '/usr/lib/postgresql';
  return (
    existsSync(root) &&
    readdirSync(root).some((version) => existsSync(`${root}/${version}/bin/initdb`))
  );
}

/** Debian's package would make and start a database of its own; nobody asked for that one. */
function leaveDefaultClusterOut() {
  mkdirSync(CLUSTER_SETTINGS, { recursive: true });
  const text = '# Written by mha4rdb when it installed PostgreSQL.\ncreate_main_cluster = false\n';
  writeFileSync(`${CLUSTER_SETTINGS}/mha4rdb.conf`, text);
}
