/** The token of an exporter: whoever has it switches and flashes the boards of that bench. */
import { FileProblem, readBoundedFile } from '../../cli/boundedFile.js';
import { Failure } from '../../cli/failure.js';

/** The environment's place for it. */
export const TOKEN_VARIABLE = 'HOLDFAST_RIG_TOKEN';

const TOKEN = /^[\x21-\x7e]{32,256}$/;

/** That of the file, or of the environment. @throws Failure `exporter_token` */
export function readToken(file: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  const given = file === undefined ? environment[TOKEN_VARIABLE] : textOf(file);
  const where = file ?? TOKEN_VARIABLE;
  if (given === undefined)
    throw new Failure(
      'exporter_token',
      `An exporter asks for its token: put it into a file and name that (--token-file), or into ${TOKEN_VARIABLE}.`,
    );
  const token = given.trim();
  if (!TOKEN.test(token))
    throw new Failure('exporter_token', `${where} has no token: 32 to 256 characters without a space.`);
  return token;
}

function textOf(file: string): string {
  try {
    return Buffer.from(readBoundedFile(file, 1024)).toString('utf8');
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    throw new Failure('exporter_token', `The file of the token ${file} ${error.message}.`);
  }
}
