/** A world that lies in a folder already: the one that runs there is not overwritten, nor a project that is no simulation. */
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Failure } from '../cli/failure.js';
import { projectFile, readProject } from '../project/project.js';

/** Milliseconds in which a console on this machine takes a connection. */
const CONNECT_MS = 2000;

/**
 * Returns when a world, of that name or without one, may be started in `directory`: nothing of the kind is there, or
 * what a world left that has ended.
 * @throws Failure `world`; `project` when a file is there that is none
 */
export async function refuseOtherWorld(directory: string, world?: string): Promise<void> {
  const file = join(directory, projectFile(world));
  if (!existsSync(file)) return;
  const place = readProject(file)?.console;
  if (!place) {
    throw new Failure(
      'world',
      `${file} is of a project that is no simulation, and is left as it is: start in another folder, or name the world (--world NAME).`,
    );
  }
  if (await takesConnections(place)) {
    throw new Failure(
      'world',
      `A world${world === undefined ? '' : ` ${world}`} runs in ${directory} already, with its console at ${place.host}:${place.port}: use that one, stop it, or name a second one (--world NAME).`,
    );
  }
}

function takesConnections({ host, port }: { host: string; port: number }): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}
