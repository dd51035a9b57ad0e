import {
  viewServerError,
  type RawServerError,
  type ServerErrorKind,
  type ServerErrorView,
} from '../postgres/server-error.js';

/**
 * What a server of the openGauss family says in words only: its codes are shared by texts that ask
 * for different things. Where the text is not known the code decides, as for PostgreSQL.
 */
const TEXTS: readonly (readonly [code: string, text: string, kind: ServerErrorKind])[] = [
  ['57P03', 'can not accept connection in pending mode', 'pending'],
  ['57P03', 'can not accept connection if hot standby off', 'not-admitted'],
  ['57P03', 'is not for the gsql client', 'not-admitted'],
  ['57P03', 'SSL connection is required', 'not-admitted'],
  ['57P03', 'Secondary Standby does not accept connection', 'not-admitted'],
  ['57P03', 'the ha connection is not in the channel list', 'not-admitted'],
  ['28000', 'account has been locked', 'locked'],
];

/** Sorts an error of one of these servers. */
export function viewOpenGaussError(error: RawServerError): ServerErrorView {
  const view = viewServerError(error);
  const known = TEXTS.find(([code, text]) => error.code === code && error.message.includes(text));
  return known === undefined ? view : { ...view, kind: known[2] };
}
