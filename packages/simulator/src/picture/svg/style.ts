/**
 * Colours after Okabe and Ito, which people with any kind of colour vision can tell apart; each thing
 * differs in place or form besides. Dark where the reader's system is dark.
 */
const LIGHT = {
  paper: '#ffffff',
  lane: '#f4f6f8',
  ink: '#1b1f24',
  muted: '#59636e',
  grid: '#dfe3e8',
  primary: '#0072b2',
  onPrimary: '#ffffff',
  standby: '#9fd3f3',
  onStandby: '#0b3350',
  idle: '#e3f1fa',
  grant: '#e69f00',
  open: '#009e73',
  peers: '#bfe5d9',
  leads: '#cc79a7',
  fault: '#c74e00',
  gap: '#fbe6d9',
  absent: '#8b949e',
};

const DARK: typeof LIGHT = {
  paper: '#0d1117',
  lane: '#161b22',
  ink: '#e6edf3',
  muted: '#9aa4af',
  grid: '#2b323b',
  primary: '#2b8fd0',
  onPrimary: '#ffffff',
  standby: '#1f5f86',
  onStandby: '#e6f4ff',
  idle: '#14303f',
  grant: '#e69f00',
  open: '#18b88b',
  peers: '#12493b',
  leads: '#d98cb8',
  fault: '#ff7f3f',
  gap: '#3a2218',
  absent: '#6e7681',
};

function rules(colour: typeof LIGHT): string {
  return [
    `.paper{fill:${colour.paper}}`,
    `.lane{fill:${colour.lane}}`,
    `text{fill:${colour.ink}}`,
    `.muted,.small,.unit{fill:${colour.muted}}`,
    `.grid{stroke:${colour.grid}}`,
    `.break{fill:${colour.paper}}`,
    `.tear{stroke:${colour.muted}}`,
    `.primary{fill:${colour.primary}}`,
    `.on-primary{fill:${colour.onPrimary}}`,
    `.standby{fill:${colour.standby}}`,
    `.on-standby{fill:${colour.onStandby}}`,
    `.idle{fill:${colour.idle};stroke:${colour.standby}}`,
    `.starting,.stopped,.none{fill:none;stroke:${colour.absent}}`,
    `.frozen{fill:${colour.absent}}`,
    `.grant{fill:${colour.grant}}`,
    `.open{fill:${colour.open}}`,
    `.ack{stroke:${colour.open}}`,
    `.peers{fill:${colour.peers}}`,
    `.leads{fill:${colour.leads}}`,
    `.absent{fill:url(#hatch)}`,
    `.hatch{stroke:${colour.absent}}`,
    `.fault-line{stroke:${colour.fault}}`,
    `.mended-line{stroke:${colour.fault}}`,
    `.fault-mark{fill:${colour.fault}}`,
    `.gap{fill:${colour.gap}}`,
    `.gap-line{stroke:${colour.fault}}`,
    `.gap-text{fill:${colour.fault}}`,
    `.thread{stroke:${colour.muted}}`,
    `.dot{fill:${colour.ink};stroke:${colour.paper}}`,
    `.flag{fill:${colour.paper};stroke:${colour.ink}}`,
    `.flag-fault{fill:${colour.fault};stroke:${colour.fault}}`,
    `.flag-client{fill:${colour.open};stroke:${colour.open}}`,
    `.on-flag{fill:${colour.paper}}`,
  ].join('\n');
}

const FORM = [
  'text{font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;font-size:12px}',
  '.title{font-size:20px;font-weight:700}',
  '.setting{font-size:13px}',
  '.result{font-size:14px;font-weight:700}',
  '.head{font-size:13px;font-weight:700}',
  '.name{font-size:17px;font-weight:700}',
  '.small{font-size:10.5px}',
  '.end{text-anchor:end}',
  '.ack{stroke-width:1.2;fill:none}',
  '.unit,.number{font-size:10.5px;text-anchor:middle}',
  '.number{font-weight:700}',
  '.on-band{font-size:11px;font-weight:600}',
  '.gap-text{font-size:12.5px;font-weight:700;text-anchor:middle}',
  '.who{font-weight:700}',
  '.time{text-anchor:end;font-variant-numeric:tabular-nums}',
  '.starting{stroke-dasharray:2 2}',
  '.stopped,.none{stroke-dasharray:1 4}',
  '.frozen{fill-opacity:.45}',
  '.hatch{stroke-width:1.4;stroke-opacity:.55}',
  '.thread{stroke-width:.8;stroke-dasharray:1 3;fill:none}',
  '.fault-line{stroke-width:1.6}',
  '.mended-line{stroke-width:1.2;stroke-dasharray:6 4}',
  '.gap-line{stroke-width:1.6;fill:none}',
  '.tear{stroke-width:1;fill:none}',
  '.flag,.flag-fault,.flag-client{stroke-width:1.2}',
].join('\n');

/** The style sheet of a picture, for light and dark. */
export function styleSheet(): string {
  return `${FORM}\n${rules(LIGHT)}\n@media (prefers-color-scheme:dark){\n${rules(DARK)}\n}`;
}

/** What stands in `defs`: the hatching for "nobody decides here". */
export const HATCH =
  '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<line x1="0" y1="0" x2="0" y2="7" class="hatch"/></pattern>';
