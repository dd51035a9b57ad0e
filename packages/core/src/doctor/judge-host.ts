import type { Timing } from '../lease/timing.js';
import { fine, type Finding } from './finding.js';
import { judgeDisk, judgeFlush, type DiskFacts } from './judge-node.js';

/** What was read on the host of a database, besides what every node has. */
export interface HostFacts {
  /** What the fence cannot do here, in its own words. */
  readonly fence: readonly { readonly message: string; readonly remedy: string }[];
  /** What the kernel enforces now; null: nothing was seen yet. */
  readonly enforced: { readonly fencing: string; readonly serves: boolean } | null;
  readonly vips: readonly VipFacts[];
  readonly sysctls: SysctlFacts;
  /** What of the configured VIPs the server names in listen_addresses; null: it listens on all. */
  readonly listensOn: readonly string[] | null;
  readonly watchdog: WatchdogFacts;
  readonly databaseFsyncMs: readonly number[];
  readonly databaseDisk: DiskFacts;
  /** As the running server says; null while it cannot be asked. */
  readonly settings: Readonly<Record<string, string>> | null;
}

export interface VipFacts {
  readonly address: string;
  readonly prefix: number;
  readonly interface: string;
  /** Of the interface, with prefix lengths; null: there is no such interface. */
  readonly addresses: readonly string[] | null;
  /** The interface has an address in the VIP's network. */
  readonly inNetwork: boolean;
  readonly carrier: boolean;
  /** Other interfaces of this host in the same network. */
  readonly besides: readonly string[];
  /** Names as in net.ipv4.conf, the greater of `all` and the interface's. */
  readonly settings: Readonly<Record<string, number>>;
}

export interface SysctlFacts {
  readonly nonlocalBind: boolean;
}

export interface WatchdogFacts {
  readonly mode: 'off' | 'automatic' | 'required';
  /** Why it cannot be used; null where it can. */
  readonly problem: string | null;
}

export function judgeHost(facts: HostFacts, timing: Timing): readonly Finding[] {
  return [
    ...judgeFence(facts.fence),
    judgeEnforced(facts.enforced),
    ...facts.vips.flatMap(judgeVip),
    ...judgeListening(facts),
    judgeWatchdog(facts.watchdog),
    judgeFlush('database-fsync', 'the database’s file system', facts.databaseFsyncMs, timing),
    judgeDisk('database-disk', facts.databaseDisk, 'a server without room for its log stops'),
    ...judgeSettings(facts.settings),
  ];
}

function judgeFence(problems: HostFacts['fence']): readonly Finding[] {
  if (problems.length === 0) return [fine('fence', 'nftables and netlink do what the fence needs')];
  return problems.map(({ message, remedy }) => ({
    check: 'fence',
    severity: 'serious' as const,
    message,
    consequence: 'the kernel cannot end what this host’s agent allowed, or its VIP cannot be held',
    remedy,
  }));
}

/** `fencing: address+port | port | address | none`, and what each leaves open. */
function judgeEnforced(enforced: HostFacts['enforced']): Finding {
  const check = 'fencing';
  if (enforced === null || !enforced.serves) {
    return fine(check, `fencing: ${enforced?.fencing ?? 'none'}; clients do not write here`);
  }
  const { fencing } = enforced;
  const message = `fencing: ${fencing}, and clients write here`;
  if (fencing === 'address+port') return fine(check, message);
  if (fencing === 'port') {
    return {
      check,
      severity: 'note',
      message,
      consequence:
        'when this agent dies, no commit is acknowledged after its grant, but an address stays until the next primary takes it',
      remedy:
        'none is needed: the preset fast, VIPs moved by commands, and hosts without a VIP are fenced so',
    };
  }
  return {
    check,
    severity: 'serious',
    message,
    consequence: 'when this agent dies, its database goes on acknowledging beside the next primary',
    remedy: 'see the log for host-problem, and `nft list ruleset` for who removes our table',
  };
}

function judgeVip(vip: VipFacts): readonly Finding[] {
  const check = 'vip-interface';
  const name = vip.interface;
  if (vip.addresses === null || !vip.carrier) {
    const message =
      vip.addresses === null ? `there is no interface ${name}` : `${name} has no carrier`;
    const consequence = `${vip.address} cannot be served from this host`;
    const remedy = `bring ${name} up, or name another one in vip[].interface`;
    return [{ check, severity: 'serious', message, consequence, remedy }];
  }
  const findings: Finding[] = [];
  if (!vip.inNetwork) {
    findings.push({
      check,
      severity: 'warning',
      message: `${name} has no address in the network of ${vip.address}/${vip.prefix} (it has ${vip.addresses.join(', ') || 'none'})`,
      consequence: 'other hosts of that network may not find it, nor this host answer them',
      remedy: `name the interface of that network, or correct the prefix of ${vip.address}`,
    });
  }
  findings.push(...judgeSysctls(vip));
  const seen = `${vip.address} fits ${name}`;
  return findings.length === 0 ? [fine(check, seen)] : findings;
}

function judgeSysctls({ interface: name, besides, settings }: VipFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const isMulti = besides.length > 0;
  const others = besides.join(', ');
  if (isMulti && ((settings['arp_ignore'] ?? 0) < 1 || (settings['arp_announce'] ?? 0) < 2)) {
    findings.push({
      check: 'arp',
      severity: 'warning',
      message: `${others} of this host is in the network of ${name} too, and arp_ignore is ${settings['arp_ignore'] ?? 0}, arp_announce ${settings['arp_announce'] ?? 0}`,
      consequence: 'several interfaces answer for the VIP, so that neighbours learn the wrong one',
      remedy: `sysctl net.ipv4.conf.${name}.arp_ignore=1 net.ipv4.conf.${name}.arp_announce=2, for ${others} too`,
    });
  }
  if (isMulti && settings['rp_filter'] === 1) {
    findings.push({
      check: 'rp-filter',
      severity: 'warning',
      message: `rp_filter is strict on ${name}, and ${others} is in the same network`,
      consequence: 'packets to the VIP may be dropped because answers would leave elsewhere',
      remedy: `sysctl net.ipv4.conf.${name}.rp_filter=2 (and net.ipv4.conf.all.rp_filter below 2 does not help)`,
    });
  }
  if (settings['promote_secondaries'] === 0) {
    findings.push({
      check: 'promote-secondaries',
      severity: 'warning',
      message: `promote_secondaries is 0 on ${name}`,
      consequence: 'where the VIP is a secondary of the host’s own address, it vanishes with that',
      remedy: `sysctl net.ipv4.conf.${name}.promote_secondaries=1`,
    });
  }
  if ((settings['drop_gratuitous_arp'] ?? 0) > 0) {
    findings.push({
      check: 'gratuitous-arp',
      severity: 'serious',
      message: `drop_gratuitous_arp is set on ${name}`,
      consequence: 'this host goes on sending to the old owner of an address after a failover',
      remedy: `sysctl net.ipv4.conf.${name}.drop_gratuitous_arp=0`,
    });
  }
  return findings;
}

function judgeListening({ listensOn, vips, sysctls }: HostFacts): readonly Finding[] {
  const check = 'listen';
  if (listensOn === null) return [fine(check, 'the server listens on every address')];
  const missing = vips.filter(({ address }) => !listensOn.includes(address));
  if (missing.length === 0 && (sysctls.nonlocalBind || vips.length === 0)) {
    return [fine(check, `the server listens on ${listensOn.join(', ')}`)];
  }
  return [
    {
      check,
      severity: 'serious',
      message: `listen_addresses is ${listensOn.join(', ')}, and ip_nonlocal_bind is ${sysctls.nonlocalBind ? 1 : 0}`,
      consequence: 'a server cannot bind an address that comes later: nobody reaches it at the VIP',
      remedy:
        "listen_addresses: '*' (the default), or the VIP in it and net.ipv4.ip_nonlocal_bind=1",
    },
  ];
}

function judgeWatchdog({ mode, problem }: WatchdogFacts): Finding {
  const check = 'watchdog';
  if (mode === 'off') return fine(check, 'no watchdog is configured');
  if (problem === null) return fine(check, `the watchdog (${mode}) is ready or runs`);
  return {
    check,
    severity: mode === 'required' ? 'serious' : 'warning',
    message: problem,
    consequence:
      mode === 'required'
        ? 'this member is not appointed'
        : 'the kernel’s leases fence this host alone',
    remedy: 'see the deployment guide, "A watchdog"',
  };
}

interface SettingRule {
  readonly name: string;
  readonly isFine: (value: string) => boolean;
  readonly severity: 'warning' | 'serious';
  readonly consequence: string;
  readonly remedy: string;
}

const SETTING_RULES: readonly SettingRule[] = [
  {
    name: 'fsync',
    isFine: (value) => value === 'on',
    severity: 'serious',
    consequence:
      'an acknowledged commit is not on disk: it is lost, or the whole database is, with the power',
    remedy: 'fsync = on',
  },
  {
    name: 'full_page_writes',
    isFine: (value) => value === 'on',
    severity: 'serious',
    consequence: 'a page that was written in part when the power went is not mended',
    remedy: 'full_page_writes = on',
  },
  {
    name: 'synchronous_commit',
    isFine: (value) => ['on', 'remote_apply'].includes(value),
    severity: 'serious',
    consequence: 'commits are acknowledged before a standby has flushed them',
    remedy: 'synchronous_commit = on; sessions may choose less for themselves',
  },
  {
    name: 'wal_log_hints',
    isFine: (value) => value === 'on',
    severity: 'warning',
    consequence:
      'without it, and without data checksums, a former primary is copied anew instead of rewound',
    remedy: 'wal_log_hints = on, or pg_checksums --enable',
  },
  {
    name: 'max_wal_senders',
    isFine: (value) => Number(value) >= 4,
    severity: 'warning',
    consequence: 'standbys, a copy and a backup may not all find a sender',
    remedy: 'max_wal_senders = 10',
  },
];

function judgeSettings(settings: HostFacts['settings']): readonly Finding[] {
  const check = 'database-settings';
  if (settings === null) {
    return [
      {
        check,
        severity: 'note',
        message: 'the server could not be asked for its settings',
        consequence: '',
        remedy: 'see status for what it does',
      },
    ];
  }
  const wrong = SETTING_RULES.filter(({ name, isFine }) => {
    const value = settings[name];
    if (value === undefined || isFine(value)) return false;
    return name !== 'wal_log_hints' || settings['data_checksums'] !== 'on';
  });
  if (wrong.length === 0) return [fine(check, 'the server’s settings keep what is promised')];
  return wrong.map(({ name, severity, consequence, remedy }) => ({
    check,
    severity,
    message: `${name} is ${settings[name] ?? ''}`,
    consequence,
    remedy,
  }));
}

/** What the server is asked for. */
export const JUDGED_SETTINGS: readonly string[] = [
  ...SETTING_RULES.map(({ name }) => name),
  'data_checksums',
];
