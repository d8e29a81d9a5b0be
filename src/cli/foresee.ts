import { AplombError, EXIT, isAplombError } from '../kernel/index.ts';

/** Turns the errors a machine throws at any time (a full disk, a port in use, AWS's own refusals) into ones that help. */
export async function foresee(error: unknown, otherwise: (error: unknown) => AplombError): Promise<AplombError> {
  if (isAplombError(error)) return error;
  const { code, status, path, message } = error as { code?: string; status?: number; path?: string; message?: string };
  switch (code) {
    case 'ENOSPC':
      return new AplombError('DiskFull', `the disk is full${path ? ` (${path})` : ''}`, {
        cause: error,
        fix: 'Free some space and run the same command again; the case is as it was after its last complete entry.',
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AplombError('NotWritable', `cannot write${path ? ` ${path}` : ''}: ${message}`, {
        cause: error,
        fix: 'Choose a folder you may write to with --case.',
      });
    case 'EADDRINUSE':
      return new AplombError('PortInUse', 'the port is in use by another program', {
        cause: error,
        exit: EXIT.usage,
        fix: 'Choose another one with --port, or leave the option away: a free port is then taken.',
      });
  }
  if (typeof status === 'number' || (error as Error)?.name === 'AwsFailure') {
    const denied = /AccessDenied|Unauthorized/.test(code ?? '');
    return new AplombError('AwsError', `AWS answered ${code}: ${message}`, {
      cause: error,
      fix: denied
        ? 'The credentials in use may not do this; use a role that may (see docs/steps for what each step needs).'
        : 'Run the same command again; what was done is on the ledger and is not done twice.',
    });
  }
  return otherwise(error);
}
