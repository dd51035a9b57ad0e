import { unit } from '../checks.mjs';

const CORE = 'packages/core/src';
const FOUNDING = `${CORE}/node/founding.ts`;
const DIFFERENCE = `${CORE}/cluster/founding-difference.ts`;
const CONTACTS = `${CORE}/node/contacts.ts`;
const founding = [unit('core/node/founding')];
const difference = [unit('core/cluster/founding-difference')];
const contacts = [unit('core/node/contacts')];

/** How a node without a Raft log begins (R8, decision 13), and how one that joins is heard. */
export const foundingArea = [
  {
    id: 'founded-beside-a-silent-member',
    rule: 'R8',
    what: 'a cluster is founded though a member is silent that may hold one',
    file: FOUNDING,
    find: `if (silent.length === 0) return`,
    replace: `if (silent.length <= 1) return`,
    aimed: founding,
  },
  {
    id: 'joins-under-a-known-life',
    rule: 'R8',
    what: 'who lost its directory joins under a life that it had',
    file: FOUNDING,
    find: `Math.max(known + 1, Math.floor(wall))`,
    replace: `Math.max(known, 1)`,
    aimed: founding,
  },
  {
    id: 'removed-member-founds',
    rule: 'R58',
    what: 'a removed node starts anew',
    file: FOUNDING,
    find: `if (retired !== null) return`,
    replace: `if (retired === undefined) return`,
    aimed: founding,
  },
  {
    id: 'founded-with-unequal-lists',
    rule: 'protocol §7',
    what: 'a cluster is founded though a member would found another one',
    file: FOUNDING,
    find: `if (unequal.length === 0) return null;`,
    replace: `if (unequal.length >= 0) return null;`,
    aimed: founding,
  },
  {
    id: 'member-of-one-list-only-overlooked',
    rule: 'protocol §7',
    what: 'a member that only the other list has is no difference',
    file: DIFFERENCE,
    find: `[...mine.members, ...theirs.members]`,
    replace: `[...mine.members]`,
    aimed: [...founding, ...difference],
  },
  {
    id: 'settings-not-compared',
    rule: 'protocol §7',
    what: 'first members found with another length of the grant',
    file: DIFFERENCE,
    find: "...differing('timing.grant', `${mine.grantMs} ms`, `${theirs.grantMs} ms`),",
    replace: '',
    aimed: difference,
  },
  {
    id: 'joins-unlisted',
    rule: 'R8',
    what: 'a node joins a cluster that does not list it',
    file: FOUNDING,
    find: `(basis?.members ?? []).filter((member) => member.id === me)`,
    replace: `(basis?.members ?? [])`,
    aimed: founding,
  },
  {
    id: 'joins-under-another-role',
    rule: 'protocol §7',
    what: 'a node joins as what the list does not say that it is',
    file: FOUNDING,
    find: `own.role !== member.role`,
    replace: `own.id !== member.id`,
    aimed: founding,
  },
  {
    id: 'founds-after-it-joined',
    rule: 'R8',
    what: 'a directory that was begun by joining founds a cluster',
    file: FOUNDING,
    find: `if (joined || given.some(`,
    replace: `if (given.some(`,
    aimed: founding,
  },
  {
    id: 'joined-node-knows-no-cluster',
    rule: 'R8',
    what: 'who joined, and received nothing yet, answers that there is no cluster',
    file: FOUNDING,
    find: `formed: joined || !first,`,
    replace: `formed: !first,`,
    aimed: founding,
  },
  {
    id: 'unadmitted-member-left-alone',
    rule: 'protocol §7',
    what: 'a member that is not admitted is not told who takes part',
    file: CONTACTS,
    find: `if (isAdmitted(cluster, id, life)) return;`,
    replace: `if (!isAdmitted(cluster, id, life)) return;`,
    aimed: contacts,
  },
  {
    id: 'reports-to-its-configuration-only',
    rule: 'protocol §7',
    what: 'a joining node does not report to whom it was told of',
    file: CONTACTS,
    find: `[...new Set([...listed, ...told])]`,
    replace: `[...new Set([...listed])]`,
    aimed: contacts,
  },
  {
    id: 'older-list-of-contacts',
    rule: 'protocol §7',
    what: 'an older list of members replaces a newer one',
    file: CONTACTS,
    find: `told.revision <= contacts.revision`,
    replace: `told.revision === contacts.revision`,
    aimed: contacts,
  },
  {
    id: 'contacts-without-a-bound',
    rule: 'protocol §7',
    what: 'a list of members may be longer than a cluster',
    file: CONTACTS,
    find: `told.members.slice(0, LIMITS.members)`,
    replace: `told.members.slice(0)`,
    aimed: contacts,
  },
];
