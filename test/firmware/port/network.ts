/** The contract that every Network must keep: that of each platform passes these, over real sockets. */
import type net from 'node:net';
import test from 'ava';
import type { Network, Socket, SocketOptions } from '../../../firmware/port/socket.js';

export interface NetworkSubject {
  network: Network;
  /** A server of the kind that the network talks to: its connections, decrypted. */
  serve(handle: (socket: net.Socket) => void): Promise<{ port: number; close(): Promise<void> }>;
  /** Its place, as the board names it. */
  host: string;
  secure: boolean;
}

const all = (...pieces: Uint8Array[]) => Buffer.concat(pieces);
const pattern = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * 7) % 251));

/** @param run tests that need a tool which may lack say so here, and are not run */
export function networkContract(
  name: string,
  make: () => Promise<NetworkSubject>,
  run: typeof test | typeof test.serial = test,
): void {
  const connect = (subject: NetworkSubject, port: number, options: Partial<SocketOptions>): Socket =>
    subject.network.connect({
      host: subject.host,
      port,
      secure: subject.secure,
      onReadable: () => {},
      onWritable: () => {},
      onClosed: () => {},
      ...options,
    });

  run(`${name}: bytes come out in the order in which they went in, both ways`, async t => {
    const subject = await make();
    const server = await subject.serve(socket => void socket.pipe(socket));
    const sent = pattern(60_000);
    const received: Uint8Array[] = [];
    await new Promise<void>(resolve => {
      let at = 0;
      let count = 0;
      const socket = connect(subject, server.port, {
        onWritable(allowed) {
          for (let room = allowed; room > 0 && at < sent.length; ) {
            const piece = sent.subarray(at, at + Math.min(room, 1500));
            at += piece.length;
            room = socket.write(piece);
          }
        },
        onReadable() {
          for (let bytes = socket.read(900); bytes; bytes = socket.read(900)) {
            t.true(bytes.length <= 900);
            received.push(bytes);
            count += bytes.length;
          }
          if (count === sent.length) resolve();
        },
        onClosed: cause => t.fail(`closed: ${cause}`),
      });
      t.teardown(() => socket.close());
    });
    t.true(all(...received).equals(sent));
    await server.close();
  });

  run(`${name}: an end by the peer is told once, after the last byte, and without a cause`, async t => {
    const subject = await make();
    const server = await subject.serve(socket => void socket.end(pattern(5000)));
    const received: Uint8Array[] = [];
    const causes: (string | undefined)[] = [];
    await new Promise<void>(resolve => {
      const socket = connect(subject, server.port, {
        onReadable() {
          for (let bytes = socket.read(); bytes; bytes = socket.read()) received.push(bytes);
        },
        onClosed(cause) {
          causes.push(cause);
          setTimeout(resolve, 50);
        },
      });
    });
    t.true(all(...received).equals(pattern(5000)));
    t.deepEqual(causes, [undefined]);
    await server.close();
  });

  run(
    `${name}: a connection that is not made is told once, with a cause, never before connect returns`,
    async t => {
      const subject = await make();
      const server = await subject.serve(() => {});
      await server.close();
      for (const port of [server.port, 70_000]) {
        let returned = false;
        const causes: (string | undefined)[] = [];
        await new Promise<void>(resolve => {
          connect(subject, port, {
            onWritable: () => t.fail('connected'),
            onClosed(cause) {
              t.true(returned);
              causes.push(cause);
              setTimeout(resolve, 50);
            },
          });
          returned = true;
        });
        t.is(causes.length, 1);
        t.truthy(causes[0]);
      }
    },
  );

  run(`${name}: after close nothing is called, read or written any more`, async t => {
    const subject = await make();
    const server = await subject.serve(socket => {
      socket.write('hello');
      socket.on('data', () => {});
    });
    const socket = await new Promise<Socket>(resolve => {
      const made: Socket = connect(subject, server.port, {
        onReadable: () => {
          if (closed) t.fail('told of bytes');
          resolve(made);
        },
        onWritable: () => closed && t.fail('told of room'),
        onClosed: () => t.fail('told of the end'),
      });
      let closed = false;
      const close = made.close.bind(made);
      made.close = () => {
        closed = true;
        close();
      };
    });
    socket.close();
    socket.close();
    t.is(socket.read(), undefined);
    t.is(socket.write(Uint8Array.of(1)), 0);
    await server.close();
    await new Promise(resolve => setTimeout(resolve, 50));
  });

  run(`${name}: closed before it is connected, it tells of nothing`, async t => {
    const subject = await make();
    const server = await subject.serve(() => {});
    const socket = connect(subject, server.port, {
      onReadable: () => t.fail('bytes'),
      onWritable: () => t.fail('connected'),
      onClosed: () => t.fail('closed'),
    });
    socket.close();
    await new Promise(resolve => setTimeout(resolve, 100));
    await server.close();
    t.pass();
  });
}
