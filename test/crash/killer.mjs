// Loaded into the responder with --import: ends it the hard way at one moment of its ledger, or interrupts it there.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { kind, action, step, nth, moment, besides = [] } = JSON.parse(process.env.CRASH_POINT);
const whole = (pattern) => new RegExp(`^(?:${pattern})$`);
const [acting, doing] = [whole(action), whole(step)];
const { writeSync, fsyncSync } = fs;
let seen = 0;
let armed;

/** SIGKILL to oneself is delivered before the call returns; nothing may run after it all the same. */
function die() {
  process.kill(process.pid, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function isThePoint(data) {
  if (!(data instanceof Uint8Array) || data[0] !== 0x7b) return false;
  let entry;
  try {
    entry = JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return false;
  }
  if (entry.kind !== kind || !acting.test(entry.body?.action) || !doing.test(entry.body.step ?? '')) return false;
  if (besides.includes(`${entry.body.action} ${entry.body.step}`)) return false;
  seen += 1;
  return seen === nth;
}

fs.writeSync = (fd, data, ...rest) => {
  if (isThePoint(data)) {
    if (moment === 'before') die();
    if (moment === 'torn') {
      writeSync(fd, data, 0, data.length >> 1);
      fsyncSync(fd);
      die();
    }
    armed = fd;
  }
  return writeSync(fd, data, ...rest);
};
fs.fsyncSync = (fd) => {
  fsyncSync(fd);
  if (fd !== armed) return;
  armed = undefined;
  if (moment === 'interrupt') process.kill(process.pid, 'SIGINT');
  else die();
};
syncBuiltinESMExports();
