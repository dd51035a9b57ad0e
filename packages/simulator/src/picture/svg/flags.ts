import type { Moment, Tone } from '../moment.js';
import type { View } from '../view.js';
import { LEFT, RIGHT, type Layout } from './layout.js';
import { element, line, text } from './markup.js';

const APART = 20;
const RADIUS = 8.5;

/** Numbered flags over the axis, each with a thread to its moment and its lane. */
export function flags(view: View, layout: Layout): readonly string[] {
  const places = spread(view.moments.map(({ at }) => layout.scale.place(at)));
  return view.moments.flatMap((moment, index) => {
    const x = layout.scale.place(moment.at);
    const flag = places[index] ?? x;
    return [
      ...thread(moment, x, flag, view, layout),
      badge(flag, layout.flagsY, index + 1, moment.tone),
    ];
  });
}

/** A moment's number in its circle; the same in the list below. */
export function badge(x: number, y: number, number: number, tone: Tone): string {
  const filled = tone === 'fault' || tone === 'broken' || tone === 'client';
  const kind =
    tone === 'client'
      ? 'flag-client'
      : tone === 'decision' || tone === 'mended'
        ? 'flag'
        : 'flag-fault';
  return (
    element('circle', { cx: x, cy: y, r: RADIUS, class: kind }) +
    text(x, y + 3.7, filled ? 'number on-flag' : 'number', String(number))
  );
}

function thread(
  { member, tone }: Moment,
  x: number,
  flag: number,
  { lanes }: View,
  { flagsY, threadsY, writes, lanes: places, bottom }: Layout,
): readonly string[] {
  const through = tone === 'fault' || tone === 'mended' || tone === 'broken';
  const lane = places[lanes.findIndex((one) => one.member.id === member)] ?? writes;
  const aim = lane.top + (lane === writes ? 6 : 13);
  const kind = !through ? 'thread' : tone === 'mended' ? 'mended-line' : 'fault-line';
  return [
    element('polyline', {
      points: [
        [flag, flagsY + RADIUS],
        [x, threadsY],
      ]
        .map(([a = 0, b = 0]) => `${a.toFixed(1)},${b.toFixed(1)}`)
        .join(' '),
      class: 'thread',
    }),
    line([x, threadsY], [x, through ? bottom : aim], kind),
    element('circle', {
      cx: x,
      cy: aim,
      r: through ? 5 : 3.2,
      class: through ? 'fault-mark' : 'dot',
    }),
  ];
}

/** Moves neighbours apart, and all of them into the picture. */
function spread(wanted: readonly number[]): readonly number[] {
  const apart = Math.min(APART, (RIGHT - LEFT) / Math.max(1, wanted.length));
  // Groups of flags that touch: each stands around the middle of where its flags want to be.
  const groups: { from: number; wishes: number[] }[] = [];
  for (const wish of wanted) {
    groups.push({ from: wish, wishes: [wish] });
    for (;;) {
      const last = groups.at(-1);
      const before = groups.at(-2);
      if (last === undefined || before === undefined) break;
      if (before.from + before.wishes.length * apart <= last.from) break;
      groups.pop();
      groups.pop();
      const wishes = [...before.wishes, ...last.wishes];
      groups.push({ from: placeOf(wishes, apart), wishes });
    }
  }
  return groups.flatMap(({ from, wishes }) => wishes.map((_, index) => from + index * apart));
}

function placeOf(wishes: readonly number[], apart: number): number {
  const middle = wishes.reduce((sum, wish, index) => sum + wish - index * apart, 0) / wishes.length;
  return Math.min(Math.max(middle, LEFT), RIGHT - (wishes.length - 1) * apart);
}
