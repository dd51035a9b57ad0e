// What a person sees while things are set up: numbered steps with their time.
const started = process.hrtime.bigint();

/** Seconds since the program began. */
export function elapsed() {
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/** `72.3` as `1 min 12 s`, `4.21` as `4.2 s`. */
export function duration(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** One line for people. Standard output, so that a log of a run holds it in order. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Something that a person has to do first: said once, and the exit code of "not possible here". */
export class NotPossible extends Error {
  exitCode = 2;
}
