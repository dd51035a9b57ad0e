/** The characters of a picture in a terminal. */
export interface Glyphs {
  readonly primary: string;
  /** A standby that streams, and one that does not. */
  readonly standby: string;
  readonly idle: string;
  readonly starting: string;
  readonly frozen: string;
  /** Nobody decides on this host. */
  readonly absent: string;
  readonly open: string;
  readonly peers: string;
  readonly grant: string;
  readonly leads: string;
  readonly ack: string;
  readonly fault: string;
  readonly mended: string;
  readonly tear: string;
  readonly mark: string;
  readonly between: string;
}

export const UNICODE: Glyphs = {
  primary: '█',
  standby: '▒',
  idle: '░',
  starting: '·',
  frozen: '▓',
  absent: '╱',
  open: '━',
  peers: '╌',
  grant: '─',
  leads: '─',
  ack: '▏',
  fault: '✖',
  mended: '┆',
  tear: '≈',
  mark: '┴',
  between: '─',
};

/** For terminals and logs that show nothing else. */
export const ASCII: Glyphs = {
  primary: '#',
  standby: '=',
  idle: '-',
  starting: '.',
  frozen: '%',
  absent: '/',
  open: '=',
  peers: '.',
  grant: '-',
  leads: '-',
  ack: '|',
  fault: 'X',
  mended: ':',
  tear: '~',
  mark: '+',
  between: '-',
};
