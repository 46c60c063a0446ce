/**
 * The project file: where a chain, a broker and a board are, so that nobody has to type it again. The simulator
 * writes it (npm start); flags win over it. It holds no secret but the token of a local console.
 */
import * as fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import { parseUrl } from '../../firmware/rpc/url.js';
import { writeWhole } from '../../host-sim/node/wholeFile.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';
import { nearest } from '../cli/nearest.js';

const PROJECT_BYTES_MAX = 65_536;

const url = (...schemes: readonly string[]) =>
  v.pipe(
    v.string(),
    v.check(
      text => schemes.includes(parseUrl(text)?.scheme ?? ''),
      `must be a URL like ${schemes[0]}://host:port`,
    ),
  );
const address = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address'),
  v.transform(text => text.toLowerCase() as Hex),
);
const file = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));
const files = v.pipe(v.array(file), v.maxLength(32));
const place = v.pipe(v.string(), v.maxLength(100));

const console = v.strictObject({
  host: v.pipe(
    place,
    v.check(host => ['127.0.0.1', '::1', 'localhost'].includes(host), 'must be this machine'),
  ),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{32,64}$/, 'must be 16 to 32 bytes in hexadecimal')),
});

const keystores = v.strictObject({
  deployer: v.optional(file),
  operator: v.optional(file),
  owner: v.optional(file),
  releaser: v.optional(file),
  guardian: v.optional(file),
  provisioner: v.optional(file),
  vendor: v.optional(file),
  delegate: v.optional(file),
  signers: v.optional(files),
  releaseKeys: v.optional(files),
  checkpointKeys: v.optional(files),
});

/** All members are optional: a flag can stand in for each. Others are refused: they are most likely misspelled. */
const schema = v.strictObject({
  rpc: v.optional(url('http', 'https')),
  broker: v.optional(url('mqtt', 'mqtts')),
  images: v.optional(url('http', 'https')),
  chainId: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER))),
  fleet: v.optional(address),
  channel: v.optional(address),
  device: v.optional(address),
  owner: v.optional(address),
  /** A board's console that a running simulator offers on this machine. */
  console: v.optional(console),
  /** Keystores by role, relative to this file. */
  keystores: v.optional(keystores),
  /** The passphrase of those keystores, relative to this file: for keys of a simulation, which guard nothing. */
  passphraseFile: v.optional(file),
});

const memberNames = [schema, console, keystores].flatMap(({ entries }) => Object.keys(entries));

/** As written into the file: paths relative to it. */
export type ProjectFile = v.InferInput<typeof schema>;
/** As read: paths absolute. */
export type Project = v.InferOutput<typeof schema> & { directory: string };

export const PROJECT_FILE = join('.holdfast', 'project.json');

/** The project file of a folder's world, below the folder: that of a name, or the one that has none. */
export const projectFile = (world?: string): string =>
  world === undefined ? PROJECT_FILE : join('.holdfast', 'worlds', world, 'project.json');

/**
 * The project of the named file, else of this directory or the nearest parent that has one; undefined when none has. A
 * file in a parent counts only where it is this user's own: another's could name endpoints and keystores.
 *
 * @param world the name of a world in place of the one without a name; it must be there
 * @throws Failure `project` when the file cannot be read, or is no project file
 */
export function readProject(named?: string, world?: string): Project | undefined {
  const path = named === undefined ? nearestFile(process.cwd(), projectFile(world)) : resolve(named);
  try {
    return parseProject(Buffer.from(readBoundedFile(path, PROJECT_BYTES_MAX)).toString('utf8'), path);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    if (named === undefined && error.reason === 'absent') {
      if (world === undefined) return undefined;
      throw new Failure(
        'project',
        `No world ${world} runs here or in a parent folder: holdfast start --world ${world} starts it.`,
      );
    }
    throw new Failure('project', `${path} ${error.message}: check the path, or leave --project away.`);
  }
}

/** The path of the project file of the directory; its own, though it may not be there, when no parent has one. */
function nearestFile(directory: string, below: string): string {
  const own = join(directory, below);
  if (fs.existsSync(own)) return own;
  for (let at = dirname(directory); ; at = dirname(at)) {
    const file = join(at, below);
    const uid = fs.statSync(file, { throwIfNoEntry: false })?.uid;
    if (uid !== undefined && (process.getuid === undefined || uid === process.getuid())) return file;
    if (at === dirname(at)) return own;
  }
}

/** @throws Failure, one line that names the member. */
export function parseProject(text: string, path: string): Project {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure('project', `${path} is not JSON: run npm start again, which writes it, or remove it.`);
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new Failure(
      'project',
      `${path}: ${v.getDotPath(issue) ?? 'the file'} ${wrongWith(issue)}. Correct it, or run npm start again.`,
    );
  }
  const directory = dirname(path);
  const absolute = (file: string) => resolve(directory, file);
  // A signer elsewhere is named by its URL.
  const place = (name: string) => (/^https?:\/\//i.test(name) ? name : absolute(name));
  const { keystores, passphraseFile } = parsed.output;
  return {
    ...parsed.output,
    directory,
    ...(passphraseFile && { passphraseFile: absolute(passphraseFile) }),
    ...(keystores && {
      keystores: Object.fromEntries(
        Object.entries(keystores).map(([role, file]) => [
          role,
          Array.isArray(file) ? file.map(place) : place(file),
        ]),
      ),
    }),
  };
}

/** The fault of a member, to follow its name. */
function wrongWith(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === 'validation') return issue.message;
  if (issue.type !== 'strict_object' || issue.expected !== 'never')
    return `is not a ${issue.expected ?? 'value of its kind'}`;
  const meant = nearest(String(issue.path?.at(-1)?.key), memberNames);
  return `is no member of a project file${meant ? `; did you mean ${meant}?` : ''}`;
}

/** Writes the project of a directory, or of a world in it, readable by this user only. Returns the file's path. */
export function writeProject(directory: string, project: ProjectFile, world?: string): string {
  const path = join(directory, projectFile(world));
  fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeWhole(path, `${JSON.stringify(project, null, 2)}\n`, { mode: 0o600 });
  return path;
}
