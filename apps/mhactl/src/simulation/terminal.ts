import type { Terminal } from './report-text.js';

const WITHOUT_TERMINAL = 100;

/** How wide the terminal is and what it can show. */
export function terminalOf(
  stream: { readonly columns?: number },
  env: NodeJS.ProcessEnv,
): Terminal {
  const told = Number(env['COLUMNS']);
  const columns = stream.columns ?? (told > 0 ? told : WITHOUT_TERMINAL);
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return { columns, unicode: /utf-?8/i.test(locale) && env['TERM'] !== 'dumb' };
}
