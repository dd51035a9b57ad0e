import type { NodeId } from '@mha4rdb/kernel';
import { ScriptError } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { endAction, look, persistRecord } from '../agent.js';
import { appendRecord, epochIn, NO_RULE, type Database } from '../database.js';
import { settle } from '../elapse.js';
import { failed } from '../engine.js';
import { isOpen } from '../lease.js';
import { valueText } from '../tell.js';
import { clockOf, databaseOf, hostOf, markOf, say, taken, type HaWorld } from '../world.js';

export const DATABASES: Commands<HaWorld> = {
  write: {
    usage: 'write n1 x…: a client commits at n1; acknowledged when the rule in force is satisfied',
    run: (world, { words }) => {
      const [id = '', ...texts] = words;
      const host = hostOf(world, id);
      const database = databaseOf(world, id);
      for (const text of texts) {
        const open = isOpen(host.lease, clockOf(world, host));
        if (database.process !== 'running' || database.role !== 'primary' || !open) {
          say(world, `${id} takes no write: ${open ? 'no primary runs' : 'the port is closed'}`);
          continue;
        }
        const record = appendRecord(database, 'write', text);
        world.waiting = [...world.waiting, { at: host.id, record }];
      }
      settle(world);
      for (const { at, record } of world.waiting)
        say(world, `${at} has not acknowledged ${record.text}`);
      return taken(world);
    },
  },
  database: {
    usage:
      'database n1 crash|hang|recover|empty|foreign [works=no] [lags=yes] [rule=1:n2,n3] [upstream=n1] [role=primary] [system=x]: what happens to it without its agent',
    options: ['works', 'lags', 'rule', 'upstream', 'role', 'system'],
    run: (world, { words, options, line }) => {
      const [id = '', ...verbs] = words;
      const database = databaseOf(world, id);
      for (const verb of verbs) {
        const change = VERBS[verb];
        if (change === undefined) throw new ScriptError(`"${verb}" happens to no database`, line);
        change(database);
      }
      alter(database, options);
      look(world, hostOf(world, id));
      settle(world);
      return taken(world);
    },
  },
  diverge: {
    usage:
      'diverge n2 x…: records that nobody acknowledged and no other has, at the end of its log',
    run: (world, { words }) => {
      const [id = '', ...texts] = words;
      for (const text of texts) appendRecord(databaseOf(world, id), 'write', text);
      return [];
    },
  },
  hold: {
    usage: 'hold n1 promote|…|record: these end only when the script says so',
    run: (world, { words }) => {
      const [id = '', ...kinds] = words;
      for (const kind of kinds) hostOf(world, id).holds.add(kind);
      return [];
    },
  },
  free: {
    usage: 'free n1 [promote…]: they end by themselves again',
    run: (world, { words }) => {
      const [id = '', ...kinds] = words;
      const { holds } = hostOf(world, id);
      if (kinds.length === 0) holds.clear();
      for (const kind of kinds) holds.delete(kind);
      return [];
    },
  },
  done: {
    usage:
      'done n1 [record]: the action that is held is carried out, or the record reaches the disk',
    run: (world, { words, line }) => {
      const host = hostOf(world, words[0] ?? '');
      if (words[1] === 'record') persistRecord(world, host);
      else if (host.action === null) throw new ScriptError('nothing is under way', line);
      else {
        say(world, `${host.id} ends ${host.action.action.kind}`);
        endAction(world, host);
      }
      settle(world);
      return taken(world);
    },
  },
  fail: {
    usage: 'fail n1 CODE: the action that is held fails, with nothing done',
    run: (world, { words, line }) => {
      const host = hostOf(world, words[0] ?? '');
      if (host.action === null) throw new ScriptError('nothing is under way', line);
      endAction(world, host, failed(words[1] ?? 'failed', words[1] ?? 'failed'));
      settle(world);
      return taken(world);
    },
  },
  databases: {
    usage: 'databases: role, rule, position, upstream, and what each log holds of clients',
    run: (world) =>
      [...world.hosts.values()].flatMap(({ id, database }) =>
        database === null ? [] : [`${id} ${databaseText(world, database)}`],
      ),
  },
};

const VERBS: Readonly<Record<string, (database: Database) => void>> = {
  crash: (database) => Object.assign(database, { process: 'stopped', receiving: false }),
  hang: (database) => Object.assign(database, { role: 'silent', receiving: false }),
  recover: (database) => Object.assign(database, { role: 'primary' }),
  empty: (database) =>
    Object.assign(database, { directory: 'empty', log: [], timeline: 1, history: [] }),
  foreign: (database) => Object.assign(database, { directory: 'foreign' }),
};

function alter(database: Database, options: Readonly<Record<string, string>>): void {
  if (options['works'] !== undefined) database.works = options['works'] !== 'no';
  if (options['lags'] !== undefined) database.lags = options['lags'] !== 'no';
  if (options['upstream'] !== undefined) database.upstream = options['upstream'] as NodeId;
  if (options['system'] !== undefined) database.systemId = options['system'];
  if (options['role'] !== undefined) database.role = options['role'] as Database['role'];
  if (options['rule'] !== undefined) {
    const [acks = '0', standbys = ''] = options['rule'].split(':');
    database.rule =
      acks === '0'
        ? NO_RULE
        : { acks: Number(acks), standbys: standbys.split(',') as readonly string[] as NodeId[] };
  }
}

function databaseText(world: HaWorld, database: Database): string {
  const { directory, process, role, timeline, rule, upstream, receiving, log } = database;
  if (directory !== 'present') return `${directory} directory`;
  const writes = log.flatMap(({ kind, text }) => (kind === 'write' ? [text] : []));
  return [
    process === 'stopped' ? 'stopped' : role,
    `epoch ${markOf(world, epochIn(database))} timeline ${timeline} lsn ${log.length}`,
    ...(role === 'primary' && process === 'running' ? [`rule ${valueText(rule)}`] : []),
    ...(upstream === null ? [] : [`${receiving ? 'streams' : 'hears nothing'} from ${upstream}`]),
    `holds ${writes.join(' ') || 'no writes'}`,
  ].join(', ');
}
