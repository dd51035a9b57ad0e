import { isSource } from '../source-tree.mjs';

const MOST_LINES = 400;

/** One concept fits in 400 lines. Generated code is not in the tree at all. */
export function fileLength(tree) {
  return tree.paths
    .filter(isSource)
    .map((path) => ({ path, lines: tree.text(path).split('\n').length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ path, lines }) => ({
      path,
      message: `${lines} lines; split it, the most is ${MOST_LINES}`,
    }));
}
