import { ok } from '@mha4rdb/kernel';
import { familyOf, ipBytes } from '@mha4rdb/vip';
import { AF_INET, AF_INET6 } from './address-message.js';
import type { HostResult } from './host-failure.js';
import { attribute, decodeAttributes } from './netlink-message.js';
import type { NetlinkSocket } from './netlink-socket.js';

const NFNL_SUBSYS_CTNETLINK = 1;
const CT_GET = (NFNL_SUBSYS_CTNETLINK << 8) | 1;
const CT_DELETE = (NFNL_SUBSYS_CTNETLINK << 8) | 2;
const NFGENMSG_BYTES = 4;
const NLA_F_NESTED = 0x8000;
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_IP = 1;
const CTA_IP_V4_DST = 2;
const CTA_IP_V6_DST = 4;
const CTA_FILTER = 25;
const CTA_FILTER_ORIG_FLAGS = 1;
const CTA_FILTER_REPLY_FLAGS = 2;
const FILTER_IP_DST = 1 << 1;

/**
 * Drops what connection tracking remembers of connections to `ip` (`conntrack -D -d`): a firewall
 * that lets "established" pass would let them pass again when the address comes back (VIP checklist
 * 28). Asks for the entries of this address only; before kernel 5.8, which knows no such question,
 * all come. Answers how many; 0 where nothing is tracked.
 */
export function dropTracked(netfilter: NetlinkSocket, ip: string): HostResult<number> {
  const six = familyOf(ip) === 6;
  const wanted = Buffer.from(ipBytes(ip) ?? []);
  const head = Buffer.from([six ? AF_INET6 : AF_INET, 0, 0, 0]);
  const destination = six ? CTA_IP_V6_DST : CTA_IP_V4_DST;
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE(FILTER_IP_DST, 0);
  const question = Buffer.concat([
    head,
    nested(CTA_TUPLE_ORIG, nested(CTA_TUPLE_IP, attribute(destination, wanted))),
    nested(
      CTA_FILTER,
      attribute(CTA_FILTER_ORIG_FLAGS, flags),
      attribute(CTA_FILTER_REPLY_FLAGS, Buffer.alloc(4)),
    ),
  ]);
  const entries = netfilter.dump(CT_GET, question);
  // A kernel without connection tracking has nothing to forget.
  if (!entries.ok) return entries.error.code === 'netlink-failed' ? ok(0) : entries;
  let count = 0;
  for (const { body } of entries.value) {
    const tuple = decodeAttributes(body, NFGENMSG_BYTES).get(CTA_TUPLE_ORIG);
    if (tuple === undefined) continue;
    const address = decodeAttributes(tuple, 0).get(CTA_TUPLE_IP);
    const target = address && decodeAttributes(address, 0).get(destination);
    if (target?.equals(wanted) !== true) continue;
    const done = netfilter.change(
      CT_DELETE,
      0,
      Buffer.concat([head, nested(CTA_TUPLE_ORIG, tuple)]),
    );
    if (!done.ok) return done;
    if (done.value.errno === 0) count += 1;
  }
  return ok(count);
}

function nested(type: number, ...inside: readonly Buffer[]): Buffer {
  return attribute(type | NLA_F_NESTED, Buffer.concat(inside));
}
