import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml';
import type { ConfigProblem } from './problem.js';
import { shown } from './reader.js';
import { nearest, suggestion } from './suggestion.js';

/** A place in the file, 1-based, as text: `agent.yaml:3:5`. */
export interface Place {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** A configuration file as it stands: values by key, and where each of them stands. */
export interface ConfigDocument {
  /** Values of the known keys that the file gives. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Syntax errors, unknown keys, mappings that are none. */
  readonly problems: readonly ConfigProblem[];
  /** Where `members[1].id` stands, or the nearest thing above it that does. */
  readonly placeOf: (path: string) => Place;
}

export interface KnownKeys {
  /** Paths of all keys. */
  readonly paths: readonly string[];
  /** What to say about top-level keys that this program knows of and does not take. */
  readonly foreign: Readonly<Record<string, string>>;
}

export function readDocument(file: string, text: string, known: KnownKeys): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { source: `${file}:${line}:${col}`, line, column: col };
  };
  const placeOf = (path: string): Place => at(offsetOf(document, path));
  const syntax = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    path: '',
    message:
      error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'unreadable',
    expected: 'YAML; quote texts that hold ": " or " #"',
  }));
  if (syntax.length > 0) return { values: new Map(), problems: syntax, placeOf };
  const walk = new Walk(document, known, placeOf);
  walk.mapping(document.contents, '');
  return { values: walk.values, problems: walk.problems, placeOf };
}

/** Visits every key once; collects values of known keys and complaints about the others. */
class Walk {
  readonly values = new Map<string, unknown>();
  readonly problems: ConfigProblem[] = [];

  constructor(
    private readonly document: Document,
    private readonly known: KnownKeys,
    private readonly placeOf: (path: string) => Place,
  ) {}

  mapping(node: unknown, prefix: string): void {
    const target = isAlias(node) ? node.resolve(this.document) : node;
    if (isEmpty(target)) return;
    const names = this.namesBelow(prefix);
    if (!isMap(target)) {
      const raw = (target as Node).toJS(this.document) as unknown;
      this.complain(prefix, `${shown(raw)} is not a mapping`, `keys ${names.join(', ')} below it`);
      return;
    }
    for (const pair of target.items) {
      const name = String(isScalar(pair.key) ? pair.key.value : pair.key);
      this.member(name, prefix === '' ? name : `${prefix}.${name}`, pair.value, names);
    }
  }

  private member(name: string, path: string, value: unknown, names: readonly string[]): void {
    if (!names.includes(name)) this.complain(path, ...this.whyUnknown(path, name, names));
    else if (!this.known.paths.includes(path)) this.mapping(value, path);
    else if (isEmpty(value)) this.complain(path, 'has no value', 'a value, or no such line');
    else this.values.set(path, (value as Node).toJS(this.document, { maxAliasCount: 100 }));
  }

  private whyUnknown(path: string, name: string, names: readonly string[]): [string, string] {
    const foreign = this.known.foreign[path];
    if (foreign !== undefined) return [foreign, 'no such key'];
    const elsewhere = this.known.paths.filter((candidate) => candidate.split('.').at(-1) === name);
    if (nearest(name, names) === undefined && elsewhere.length > 0) {
      return ['does not belong here', elsewhere.join(' or ')];
    }
    return ['unknown key', suggestion(name, names)];
  }

  private namesBelow(prefix: string): readonly string[] {
    const start = prefix === '' ? '' : `${prefix}.`;
    const below = this.known.paths.filter((path) => path.startsWith(start));
    return [...new Set(below.map((path) => path.slice(start.length).split('.')[0] ?? ''))];
  }

  private complain(path: string, message: string, expected: string): void {
    this.problems.push({ ...this.placeOf(path), path, message, expected });
  }
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** The key's own position, or that of the nearest parent that is written. */
function offsetOf(document: Document, path: string): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path.replaceAll(/\[(\d+)\]/g, '.$1').split('.')) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === step);
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}
