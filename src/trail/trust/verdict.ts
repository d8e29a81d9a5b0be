import { type Text, text } from '../../kernel/index.ts';

/**
 * `valid`: proved to be what CloudTrail delivered. `altered`: it is not. `missing`: named by a digest and not at hand. `unnamed`: at hand, and the digest of
 * its hour does not name it. `not-verifiable`: nothing proves it either way; also the digest before the oldest at hand, since copies begin somewhere.
 */
export type Status = 'valid' | 'altered' | 'missing' | 'unnamed' | 'not-verifiable';
/** What proves a digest. */
export type Proof = 'own-signature' | 'next-signature' | 'next-hash';
/** Remarks that do not change the status. */
export type Note = 'sidecar-wrong' | 'next-disagrees' | 'long' | 'moved' | 'renamed' | 'entries-malformed' | 'digest-changed';
/** Why, as a word that scripts may match on. */
export type Code =
  | Proof
  | 'signature-fails'
  | 'next-hash-differs'
  | 'no-signature'
  | 'no-key'
  | 'bad-signature-text'
  | 'unsupported-algorithm'
  | 'unreadable'
  | 'not-a-digest'
  | 'digest-missing'
  | 'before-copy'
  | 'hash-holds'
  | 'hash-differs'
  | 'hash-differs-unproved'
  | 'hash-holds-unproved'
  | 'digest-altered'
  | 'too-large'
  | 'no-hash'
  | 'log-missing'
  | 'log-missing-unproved'
  | 'not-in-digest'
  | 'not-in-digest-unproved'
  | 'foreign-name'
  | 'no-digest'
  | 'no-digests';

/** One file: a digest or a log file. What stands in `file`, `object` and `namedBy` was written by others. */
export interface Verdict {
  readonly what: 'digest' | 'log';
  readonly status: Status;
  readonly code: Code;
  readonly why: Text;
  readonly notes: readonly Note[];
  /** Where it lies at hand; undefined: it does not. */
  readonly file: string | undefined;
  /** Its S3 key, as a digest names it. */
  readonly object: string | undefined;
  readonly bucket: string | undefined;
  /** S3 key of the digest that names it. */
  readonly namedBy: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** UTC milliseconds: the hour of a digest, the delivery of a log file. */
  readonly from: number | undefined;
  readonly until: number | undefined;
}

const WHY: Readonly<Record<Code, Text>> = {
  'own-signature': text("CloudTrail's signature of this digest holds.", 'La firma de CloudTrail de este digest es correcta.'),
  'next-signature': text(
    "CloudTrail's signature of this digest, kept in the next digest, holds.",
    'La firma de CloudTrail de este digest, guardada en el digest siguiente, es correcta.',
  ),
  'next-hash': text(
    'The next digest, which is proved, names this one with this very hash.',
    'El digest siguiente, que está probado, nombra a este con este mismo hash.',
  ),
  'signature-fails': text(
    "The signature does not hold under CloudTrail's key of that fingerprint: the digest or its signature was changed.",
    'La firma no es correcta con la clave de CloudTrail de esa huella: el digest o su firma fueron cambiados.',
  ),
  'next-hash-differs': text(
    'The next digest, which is proved, names another hash: this is not the file that CloudTrail delivered.',
    'El digest siguiente, que está probado, nombra otro hash: este no es el archivo que CloudTrail entregó.',
  ),
  'no-signature': text(
    "Nothing proves this digest: the copy lost its signature, which stands in the S3 object's metadata, and no later digest at hand names it. Fetch the metadata with `aws s3api head-object`.",
    'Nada prueba este digest: la copia perdió su firma, que está en los metadatos del objeto de S3, y ningún digest posterior disponible lo nombra. Obtenga los metadatos con `aws s3api head-object`.',
  ),
  'no-key': text(
    'None of the given public keys has the fingerprint that this digest names. If all keys of its region and time were given, the digest was not signed by CloudTrail.',
    'Ninguna de las claves públicas dadas tiene la huella que nombra este digest. Si se dieron todas las claves de su región y su época, CloudTrail no firmó el digest.',
  ),
  'bad-signature-text': text('What stands in place of the signature is none.', 'Lo que hay en lugar de la firma no es una firma.'),
  'unsupported-algorithm': text(
    'The digest names a signature algorithm that CloudTrail does not use.',
    'El digest nombra un algoritmo de firma que CloudTrail no usa.',
  ),
  unreadable: text('The file cannot be read to its end: it is damaged or was cut.', 'El archivo no se puede leer hasta el final: está dañado o fue cortado.'),
  'not-a-digest': text('The file lies where a digest belongs and is none.', 'El archivo está donde va un digest y no lo es.'),
  'digest-missing': text(
    'A later digest names it as the one before, and it is not at hand, though older ones are: it was taken out, or not copied.',
    'Un digest posterior lo nombra como el anterior y no está disponible, aunque sí los hay más antiguos: fue quitado o no se copió.',
  ),
  'before-copy': text(
    'The oldest digest at hand names it as the one before: the chain goes back further than what is at hand.',
    'El digest más antiguo disponible lo nombra como el anterior: la cadena va más atrás que lo disponible.',
  ),
  'hash-holds': text('Its content has the hash that a proved digest names.', 'Su contenido tiene el hash que nombra un digest probado.'),
  'hash-differs': text(
    'Its content does not have the hash that a proved digest names: it was changed after delivery.',
    'Su contenido no tiene el hash que nombra un digest probado: fue cambiado después de la entrega.',
  ),
  'hash-differs-unproved': text(
    'Its content does not have the hash that its digest names. The digest is not proved itself: one of the two was changed.',
    'Su contenido no tiene el hash que nombra su digest. El propio digest no está probado: uno de los dos fue cambiado.',
  ),
  'hash-holds-unproved': text(
    'Its content has the hash that its digest names, but nothing proves the digest.',
    'Su contenido tiene el hash que nombra su digest, pero nada prueba el digest.',
  ),
  'digest-altered': text('Only a digest that was altered names it: that says nothing.', 'Solo lo nombra un digest que fue alterado: eso no dice nada.'),
  'too-large': text('Its content is larger than the limit; it was not hashed.', 'Su contenido supera el límite; no se calculó su hash.'),
  'no-hash': text('The digest names it without a SHA-256.', 'El digest lo nombra sin un SHA-256.'),
  'log-missing': text(
    'A proved digest names this log file, and it is not at hand: it was deleted, or not copied.',
    'Un digest probado nombra este archivo de registro y no está disponible: fue borrado o no se copió.',
  ),
  'log-missing-unproved': text(
    'A digest that is not proved itself names this log file, and it is not at hand.',
    'Un digest que no está probado nombra este archivo de registro y no está disponible.',
  ),
  'not-in-digest': text(
    'Proved digests cover its time of delivery and none names it: CloudTrail may not have delivered it, or a backfill digest that names it is not at hand.',
    'Digests probados cubren su momento de entrega y ninguno lo nombra: quizá no lo entregó CloudTrail, o falta un digest de relleno que lo nombre.',
  ),
  'not-in-digest-unproved': text(
    'The digests of its time of delivery do not name it, and are not all proved themselves.',
    'Los digests de su momento de entrega no lo nombran, y no todos están probados.',
  ),
  'foreign-name': text(
    'It does not have the name of a log file of CloudTrail, and no digest names it.',
    'No tiene nombre de archivo de registro de CloudTrail y ningún digest lo nombra.',
  ),
  'no-digest': text('No digest at hand covers the minutes in which it was delivered.', 'Ningún digest disponible cubre los minutos en que fue entregado.'),
  'no-digests': text(
    'There are no digests of its account and region: validation was off for this trail, or they were not copied.',
    'No hay digests de su cuenta y región: la validación estaba desactivada en esta traza, o no se copiaron.',
  ),
};
export const whyOf = (code: Code): Text => WHY[code];

const NOTES: Readonly<Record<Note, Text>> = {
  'sidecar-wrong': text(
    'The signature kept beside it does not hold, though the digest is proved otherwise: the sidecar was changed or belongs to another file.',
    'La firma guardada a su lado no es correcta, aunque el digest está probado de otro modo: el archivo de metadatos fue cambiado o es de otro archivo.',
  ),
  'next-disagrees': text(
    'The next digest names another hash for it, but is not proved itself.',
    'El digest siguiente nombra otro hash para él, pero no está probado.',
  ),
  long: text('It covers more than three hours; CloudTrail writes one an hour.', 'Cubre más de tres horas; CloudTrail escribe uno por hora.'),
  moved: text('It lies in another folder than where it was delivered.', 'Está en otra carpeta que aquella en la que fue entregado.'),
  renamed: text('It lies under the name of another digest.', 'Está con el nombre de otro digest.'),
  'entries-malformed': text('Some of the entries for log files in it are none.', 'Algunas de sus entradas de archivos de registro no lo son.'),
  'digest-changed': text('It changed while it was being checked.', 'Cambió mientras se comprobaba.'),
};
export const noteText = (note: Note): Text => NOTES[note];
