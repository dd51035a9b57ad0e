import type { StatusView } from '../rpc/cluster-queries.js';

/** The node in one line, as `systemctl status` shows it. */
export function statusLine(view: StatusView, me: string): string {
  const member = view.members.find(({ id }) => id === me);
  if (member === undefined) return view.reasons[0] ?? 'not a member';
  const primary = view.primary === me || view.primary === null ? '' : `, primary ${view.primary}`;
  const words = [
    `${member.state}${primary}, epoch ${view.epoch}, ${view.verdict}`,
    ...(member.fencing === undefined ? [] : [`fencing ${member.fencing}`]),
    ...view.reasons.slice(0, 1),
  ];
  return words.join('; ');
}
