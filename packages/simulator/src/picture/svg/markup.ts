/** Text as it may stand in an element or an attribute. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; numbers are rounded to a tenth, so that the same run gives the same bytes. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${attribute(value)}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

export function text(x: number, y: number, kind: string, words: string): string {
  return element('text', { x, y, class: kind }, escaped(words));
}

/** A rectangle from `x` to `end`; a narrow one keeps a width that can be seen. */
export function bar(
  place: { readonly x: number; readonly end: number; readonly y: number; readonly height: number },
  kind: string,
  hint = '',
): string {
  const { x, end, y, height } = place;
  const width = Math.max(1, end - x);
  const round = Math.min(3, height / 2);
  const shape = { x, y, width, height, rx: round, class: kind };
  return element('rect', shape, hint === '' ? '' : element('title', {}, escaped(hint)));
}

export function line(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  kind: string,
): string {
  return element('line', { x1, y1, x2, y2, class: kind });
}

function attribute(value: string | number | undefined): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : escaped(value ?? '');
}

/** About how wide a text of 12 pixels is; fonts differ, so it is rather too much. */
export function widthOf(words: string, size = 12): number {
  return words.length * size * 0.56;
}

/** Breaks a text into lines of at most `width` characters; the last one says that more was left out. */
export function wrapped(words: string, width: number, most: number): readonly string[] {
  const lines: string[] = [];
  let rest = words;
  while (rest.length > width && lines.length < most - 1) {
    const space = rest.lastIndexOf(' ', width);
    const cut = space > 0 ? space : width;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest.length > width ? `${rest.slice(0, width - 1)}…` : rest];
}
