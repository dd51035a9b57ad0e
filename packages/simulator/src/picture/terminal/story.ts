import type { View } from '../view.js';
import { labelOf } from './label.js';
import type { Paint } from './row.js';

/** The moments in words, a line each. */
export function story({ moments, zero }: View, columns: number, paint: Paint): readonly string[] {
  const widest = Math.max(6, ...moments.map(({ who }) => who.length));
  return moments.map(({ at, who, text, tone }, index) => {
    const ms = at - zero;
    const time = `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1000).toFixed(3)} s`.padStart(11);
    const head = ` ${labelOf(index)} ${time}  ${who.padEnd(widest)}  `;
    const room = columns - head.length;
    const words = text.length > room ? `${text.slice(0, Math.max(0, room - 3))}...` : text;
    const ink =
      tone === 'fault' || tone === 'broken' ? 'fault' : tone === 'client' ? 'ack' : 'plain';
    return `${paint('muted', ` ${labelOf(index)} ${time}`)}  ${paint(ink, who.padEnd(widest))}  ${words}`;
  });
}
