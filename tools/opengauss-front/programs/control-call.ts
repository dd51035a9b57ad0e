import { hostname } from 'node:os';
import { frontLayout, type FrontLayout } from '../server/layout.js';
import { readArguments } from './arguments.js';
import { postmasterOf } from './postmaster.js';

/** One run of `gs_ctl` under a dialect's name. */
export interface ControlCall {
  readonly program: string;
  readonly binDir: string;
  readonly verb: string;
  readonly layout: FrontLayout;
  readonly option: (name: string) => string | undefined;
  /** `-t`; 60 s as in the original. */
  readonly waitSeconds: number;
}

export function readCall(program: string, binDir: string, args: readonly string[]): ControlCall {
  const { values, words } = readArguments(args, ['D', 'M', 'T', 't', 'm', 'b', 'r', 'l', 'o']);
  return {
    program,
    binDir,
    verb: words[0] ?? '',
    layout: frontLayout(values.get('D') ?? process.env['PGDATA'] ?? ''),
    option: (name) => values.get(name),
    waitSeconds: Number(values.get('t') ?? 60),
  };
}

/** Chinese where the locale asks for it, as `po/zh_CN.po` has it: what LC_ALL=C is for. */
const CHINESE: readonly (readonly [RegExp, string])[] = [
  [/ failover completed \(/, ' 故障切换完成 ('],
  [/PID file "([^"]*)" does not exist/, 'PID 文件 "$1" 不存在'],
  [/Is server running\?/, '服务器进程是否正在运行?'],
  [/server stopped/, '服务器进程已经关闭'],
  [/server started/, '服务器进程已经启动'],
  [/notify server completed, mode change to/, '通知服务器完成, 模式变更为'],
];

/** Says a line as the original prefixes it. */
export function say(call: ControlCall, text: string): void {
  const now = new Date().toISOString().replace('T', ' ').replace('Z', '');
  const chinese = (process.env['LC_ALL'] ?? process.env['LANG'] ?? 'C').startsWith('zh');
  const words = chinese
    ? CHINESE.reduce((line, [pattern, replacement]) => line.replace(pattern, replacement), text)
    : text;
  process.stdout.write(`[${now}][${process.pid}][${hostname()}][${call.program}]: ${words}\n`);
}

/** The running postmaster; says what the original says, and answers nothing, when there is none. */
export function requirePostmaster(call: ControlCall): number | undefined {
  const { pidFile } = call.layout;
  const pid = postmasterOf(pidFile);
  if (pid !== undefined) return pid;
  say(call, ` PID file "${pidFile}" does not exist`);
  say(call, ' Is server running?');
  return undefined;
}
