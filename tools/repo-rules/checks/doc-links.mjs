import { posix } from 'node:path';
import { isDocument } from '../source-tree.mjs';

const LINK = /\[((?:[^\][]|\\.)*)\]\(([^)\s]+)\)/g;
const CODE_PATH =
  /`((?:packages|apps|tools|e2e|docs|configs|packaging)\/[\w@./-]*[\w/]|[A-Z]{2,}\.md)`/g;

/**
 * Documents stay true: a link resolves, an anchor has its heading, a path in backticks exists, and
 * a link to a test file bears the name of a test in it.
 */
export function docLinks(tree) {
  return tree.paths
    .filter(isDocument)
    .flatMap((path) =>
      proseLines(tree.text(path)).flatMap(({ text, line }) => [
        ...[...text.matchAll(LINK)].flatMap(([, label, target]) =>
          checkLink(tree, path, label, target).map((message) => ({ path, line, message })),
        ),
        ...[...text.matchAll(CODE_PATH)]
          .filter(([, target]) => !tree.has(target.replace(/\/$/, '')))
          .map(([, target]) => ({ path, line, message: `\`${target}\` does not exist` })),
      ]),
    );
}

function checkLink(tree, path, label, target) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
  const [file, anchor] = target.split('#');
  const resolved = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
  if (!tree.has(resolved.replace(/\/$/, ''))) return [`link to ${target} resolves to nothing`];
  if (anchor !== undefined && isDocument(resolved) && !anchors(tree.text(resolved)).has(anchor)) {
    return [`${resolved} has no heading for #${anchor}`];
  }
  if (/\.test\.m?ts$/.test(resolved) && !tree.text(resolved).includes(plain(label))) {
    return [`${resolved} has no test named "${plain(label)}"`];
  }
  return [];
}

const plain = (label) => label.replace(/^`|`$/g, '').replace(/\\(.)/g, '$1');

function anchors(text) {
  const seen = new Set();
  for (const { text: line } of proseLines(text)) {
    const heading = /^#{1,6}\s+(.*?)\s*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    seen.add(words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-'));
  }
  return seen;
}

/** Lines outside fenced blocks, with their numbers. */
function proseLines(text) {
  let fenced = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    return fenced ? [] : [{ text: line, line: index + 1 }];
  });
}
