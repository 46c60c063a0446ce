import vm from 'node:vm';
import test from 'ava';
import type { Socket } from '../../../../firmware/port/socket.js';
import { nodeNetwork } from '../../../../host-sim/node/network/socket.js';
import { freePort, rawServer } from '../../../firmware/rpc/support.js';

const network = nodeNetwork();

test('bytes come out in the order in which they went in, in pieces of the size asked for', async t => {
  const server = await rawServer(socket => {
    socket.pipe(socket);
  });
  const sent = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
  const received: Uint8Array[] = [];
  await new Promise<void>(resolve => {
    let at = 0;
    let count = 0;
    const socket: Socket = network.connect({
      host: '127.0.0.1',
      port: server.port,
      onWritable(allowed) {
        let room = allowed;
        while (room > 0 && at < sent.length) {
          const piece = sent.subarray(at, at + Math.min(room, 7000));
          at += piece.length;
          room = socket.write(piece);
        }
      },
      onReadable() {
        for (let bytes = socket.read(1000); bytes; bytes = socket.read(1000)) {
          t.true(bytes.length <= 1000);
          received.push(bytes);
          count += bytes.length;
        }
        if (count === sent.length) resolve();
      },
      onClosed: cause => t.fail(cause),
    });
    t.teardown(() => socket.close());
  });
  t.true(Buffer.concat(received).equals(sent));
  await server.close();
});

test('bytes are of the realm whose constructor was given', async t => {
  const context = vm.createContext({});
  const Bytes = vm.runInContext('Uint8Array', context) as Uint8ArrayConstructor;
  const server = await rawServer(socket => void socket.write('hello'));
  for (const [given, expected] of [
    [Bytes, true],
    [undefined, false],
  ] as const) {
    const bytes = await new Promise<Uint8Array>(resolve => {
      const socket: Socket = nodeNetwork({ Uint8Array: given }).connect({
        host: '127.0.0.1',
        port: server.port,
        onWritable: () => {},
        onReadable: () => resolve(socket.read()!),
        onClosed: () => {},
      });
      t.teardown(() => socket.close());
    });
    t.is(bytes instanceof Bytes, expected);
    t.is(Buffer.from(bytes).toString(), 'hello');
  }
  await server.close();
});

test('a sender that is not read from is stopped, and the rest comes once it is read', async t => {
  let written = 0;
  const total = 32 * 1024 * 1024;
  const server = await rawServer(socket => {
    const chunk = Buffer.alloc(64 * 1024, 7);
    const more = () => {
      while (written < total) {
        written += chunk.length;
        if (!socket.write(chunk)) {
          socket.once('drain', more);
          return;
        }
      }
      socket.end();
    };
    more();
  });
  let got = 0;
  let stopped = 0;
  await new Promise<void>(resolve => {
    let reading = false;
    const drain = () => {
      for (let bytes = socket.read(65536); bytes; bytes = socket.read(65536)) got += bytes.length;
    };
    const socket: Socket = network.connect({
      host: '127.0.0.1',
      port: server.port,
      onWritable() {
        // Until two looks in a row see no progress, the sender still fills the kernel's buffers.
        let last = -1;
        const look = setInterval(() => {
          if (written === last && written > 0) {
            clearInterval(look);
            stopped = written;
            reading = true;
            drain();
          }
          last = written;
        }, 100);
      },
      onReadable() {
        if (reading) drain();
      },
      onClosed: () => resolve(),
    });
  });
  t.true(stopped < total);
  t.is(got, total);
  await server.close();
});

test('an end by the peer comes after the last byte and without a cause, a failure with one', async t => {
  const server = await rawServer(socket => socket.end('last words'));
  const ended = await new Promise<{ cause?: string; text: string }>(resolve => {
    let text = '';
    const socket: Socket = network.connect({
      host: '127.0.0.1',
      port: server.port,
      onWritable: () => {},
      onReadable: () => {
        text += Buffer.from(socket.read()!).toString();
      },
      onClosed: cause => resolve({ cause, text }),
    });
  });
  t.deepEqual(ended, { cause: undefined, text: 'last words' });
  await server.close();

  const fail = (host: string, port: number) =>
    new Promise<string | undefined>(resolve => {
      network.connect({ host, port, onWritable: () => {}, onReadable: () => {}, onClosed: resolve });
    });
  t.is(await fail('127.0.0.1', await freePort()), 'ECONNREFUSED');
  t.is(await fail('127.0.0.1', 70_000), 'ERR_SOCKET_BAD_PORT');
});

test('no callback comes after close, and what was written before still arrives', async t => {
  const arrived = new Promise<string>(resolve => {
    void rawServer(socket => {
      let text = '';
      socket.on('data', data => {
        text += data.toString();
      });
      socket.on('end', () => {
        resolve(text);
        void server.close();
      });
    }).then(started => {
      server = started;
      const socket: Socket = network.connect({
        host: '127.0.0.1',
        port: server.port,
        onWritable() {
          socket.write(Buffer.from('goodbye'));
          socket.close();
          socket.close();
        },
        onReadable: () => t.fail(),
        onClosed: () => t.fail(),
      });
    });
  });
  let server!: Awaited<ReturnType<typeof rawServer>>;
  t.is(await arrived, 'goodbye');
});

test('writing more than was allowed is refused, writing as much is not', async t => {
  const server = await rawServer(socket => socket.resume());
  await new Promise<void>(resolve => {
    const socket: Socket = network.connect({
      host: '127.0.0.1',
      port: server.port,
      onWritable(count) {
        t.throws(() => socket.write(new Uint8Array(count + 1)), { instanceOf: RangeError });
        t.is(socket.write(new Uint8Array(count)), 0);
        socket.close();
        resolve();
      },
      onReadable: () => {},
      onClosed: () => {},
    });
  });
  await server.close();
});
