export { type Alarm, namesSomething } from './alarm.ts';
export { bareAlarm, readAlarm } from './read.ts';
