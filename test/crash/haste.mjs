// Loaded into the responder with --import: it sleeps a quarter as long, and keeps to limits four times as high. The lab knows
// no such limits, and its clock and the responder's stay right: how long a look is patient is measured as ever. Two seconds
// are slept whole: so long waits who lets a whole second pass, as a cut-off of sessions must.
import { systemClock } from '../../dist/kernel/clock.js';

const TIMES = 4;
const { sleep } = systemClock;
systemClock.sleep = (milliseconds, signal) => sleep(milliseconds > 1500 && milliseconds <= 2000 ? milliseconds : milliseconds / TIMES, signal);
const now = performance.now.bind(performance);
performance.now = () => now() * TIMES;
