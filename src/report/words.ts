import { type Text, text } from '../kernel/index.ts';

export const STEP_NAMES: Readonly<Record<number, Text>> = {
  1: text('Contain the credential', 'Contener la credencial'),
  2: text('Hunt in all regions', 'Buscar en todas las regiones'),
  3: text('Tell AWS Support', 'Avisar a AWS Support'),
  4: text('Isolate the instance', 'Aislar la instancia'),
  5: text('Tag it as under investigation', 'Etiquetarla como en investigación'),
  6: text('Save its metadata and console output', 'Guardar sus metadatos y su consola'),
  7: text('Snapshot its volumes', 'Hacer instantáneas de sus volúmenes'),
  8: text('Stop it, or take its memory', 'Detenerla, o capturar su memoria'),
  9: text('A volume from the snapshot', 'Un volumen a partir de la instantánea'),
  10: text('Examine, read-only', 'Examinar, solo lectura'),
};
export const VERDICT_NAMES: Readonly<Record<string, Text>> = {
  holds: text('holds', 'se cumple'),
  fails: text('fails', 'no se cumple'),
  unknown: text('unknown', 'sin saberse'),
};
