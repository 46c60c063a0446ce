/**
 * Runs inside the bare realm before the image, and stands between the two: every object that the image gets to see
 * was made here, of this realm. The host's one function stays in this closure, takes and gives primitives and
 * bytes of this realm, and what it might throw is swallowed: an Error of the host would be a way out.
 *
 * A script, not a module: its value is the function below.
 */
(function prelude(host) {
  'use strict';

  // A bare XS machine does not have these either.
  for (const name of ['console', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'Intl'])
    delete globalThis[name];

  const Bytes = Uint8Array;
  const { parse, stringify } = JSON;
  const callbacks = new Map();
  const sockets = new Map();
  const partitions = [
    ...['identity', 'journal', 'boot', 'slotA', 'slotB', 'counter', 'app', 'telemetry', 'crash'],
    ...['appA', 'appB'],
  ];
  let lastId = 0;
  let requestHandler;

  /** Undefined is the host's way to say that it failed. */
  function ask(name, a, b, c, d) {
    let result;
    try {
      result = host(name, a, b, c, d);
    } catch {
      // An exhausted stack, most likely.
    }
    if (result !== undefined) return result;
    let message = 'the platform failed';
    try {
      message = host('failure');
    } catch {
      // As above.
    }
    throw new Error(message);
  }

  function describe(error) {
    try {
      // Not `instanceof`, which an image could redefine.
      const stack = typeof error === 'object' && error !== null ? error.stack : undefined;
      // Below these frames it is the host's doing.
      const text = `${stack || error}`.split(/\n[^\n]*(?:prelude:|runInContext)/)[0];
      return text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
    } catch {
      return 'an error that cannot be shown';
    }
  }

  const clock = {
    monotonic: () => ask('clock.monotonic'),
    after(milliseconds, callback) {
      const id = ++lastId;
      callbacks.set(id, callback);
      ask('clock.after', id, +milliseconds);
      return () => {
        if (callbacks.delete(id)) ask('clock.cancel', id);
      };
    },
  };

  const entropy = {
    fill(target) {
      ask('entropy.fill', target);
    },
  };

  const network = {
    connect(options) {
      const id = ++lastId;
      sockets.set(id, options);
      try {
        ask(
          'socket.connect',
          id,
          `${options.host}`,
          stringify({ port: +options.port, secure: !!options.secure }),
        );
      } catch (error) {
        sockets.delete(id);
        throw error;
      }
      return {
        read(count) {
          const bytes = ask('socket.read', id, count === undefined ? -1 : +count);
          return bytes === false ? undefined : bytes;
        },
        write: bytes => ask('socket.write', id, bytes),
        close() {
          if (sockets.delete(id)) ask('socket.close', id);
        },
      };
    },
  };

  const flash = {
    open(name) {
      if (!partitions.includes(name)) throw new Error('no such partition');
      return {
        size: ask('flash.size', name),
        sectorSize: ask('flash.sectorSize', name),
        read: (offset, length) => ask('flash.read', name, +offset, +length),
        write(offset, bytes) {
          ask('flash.write', name, +offset, bytes);
        },
        erase(offset) {
          ask('flash.erase', name, +offset);
        },
      };
    },
  };

  function openBus(kind, options) {
    const id = ++lastId;
    const facts = parse(ask('bus.open', id, kind, stringify(options)));
    return {
      id,
      facts,
      write(bytes, stop) {
        ask('bus.write', id, bytes, !!stop);
      },
      read: (count, stop) => ask('bus.read', id, +count, !!stop),
      close() {
        sockets.delete(id);
        ask('bus.close', id);
      },
    };
  }

  const buses = {
    openPulse(options) {
      const { close, facts, id } = openBus('pulse', options);
      const write = value => void ask('bus.value', id, +value);
      return { hz: facts.hz, resolution: facts.resolution, write, close };
    },
    openI2c(options) {
      const { close, id, read, write } = openBus('i2c', options);
      return { read, write, writeRead: (bytes, count) => ask('bus.writeRead', id, bytes, +count), close };
    },
    openSpi(options) {
      const { close, id } = openBus('spi', options);
      return {
        transfer: bytes => ask('bus.transfer', id, bytes),
        flush(deselect) {
          ask('bus.flush', id, !!deselect);
        },
        close,
      };
    },
    openSerial(options, events) {
      const { close, id, read, write } = openBus('serial', options);
      sockets.set(id, events);
      return { read, write, close };
    },
  };

  /** For an image that is given one; else it has its own. False stands for undefined. */
  const crypto = {
    keccak256: bytes => ask('crypto.keccak256', bytes),
    isKeccak256: (bytes, hash) => ask('crypto.isKeccak256', bytes, hash),
    sha256() {
      const id = ++lastId;
      ask('crypto.sha256', id);
      return {
        update(bytes) {
          ask('crypto.update', id, bytes);
        },
        digest: () => ask('crypto.digest', id),
      };
    },
    recoverAddress: (digest, signature) => ask('crypto.recoverAddress', digest, signature) || undefined,
    sign: (digest, key) => ask('crypto.sign', digest, key),
    addressOf: key => ask('crypto.addressOf', key) || undefined,
    publicKeyOf: key => ask('crypto.publicKeyOf', key) || undefined,
    sharedSecret: (key, other) => ask('crypto.sharedSecret', key, other) || undefined,
    encrypt: (key, nonce, about, plain) => ask('crypto.encrypt', key, nonce, about, plain),
    decrypt: (key, nonce, about, sealed) => ask('crypto.decrypt', key, nonce, about, sealed) || undefined,
  };

  /** As `crypto`. */
  const bls = {
    begin(aggregate) {
      const id = ++lastId;
      ask('bls.begin', id, aggregate);
      return {
        subtract(key) {
          ask('bls.subtract', id, key);
        },
        verify: (message, signature) => ask('bls.verify', id, message, signature),
      };
    },
  };

  const boot = {
    running: {
      slot: ask('boot.slot'),
      length: ask('boot.length'),
      state: ask('boot.state'),
      read: (offset, length) => ask('boot.read', +offset, +length),
    },
    idle: ask('boot.idle'),
    setPending(length) {
      ask('boot.setPending', +length);
    },
    confirm() {
      ask('boot.confirm');
      boot.running.state = 'confirmed';
    },
    restart(reason) {
      ask('boot.restart', `${reason}`);
      // Nothing of the image has an effect from here on, and this unwinds what still runs of it.
      throw new Error('the board restarts');
    },
  };

  const { defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf, preventExtensions } = Object;
  const { ownKeys } = Reflect;

  /** An inherited value that objects may have their own of, and that nobody replaces where it is inherited from. */
  function protect(owner, key, value) {
    defineProperty(owner, key, {
      configurable: false,
      get: () => value,
      set(own) {
        if (this === owner) throw new TypeError(`the board's own ${String(key)} stays as it is`);
        defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
      },
    });
  }

  /** Objects of the language that no global leads to. */
  const hidden = () => [
    function* () {},
    async () => {},
    async function* () {},
    [][Symbol.iterator](),
    ''[Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    'x'.matchAll(/x/g),
  ];

  /** From here on nobody changes what the language has, or adds or replaces a global: what the image is made of stays. */
  function lockDown() {
    const seen = new Set();
    const waiting = [];
    const add = value => {
      const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
      if (!isObject || value === globalThis || seen.has(value)) return;
      seen.add(value);
      waiting.push(value);
    };
    for (const key of ownKeys(globalThis)) {
      const { configurable, value } = getOwnPropertyDescriptor(globalThis, key);
      // The image's own exports are its own.
      if (key !== 'image') add(value);
      if (configurable) defineProperty(globalThis, key, { writable: false, configurable: false });
      else if (key === 'image') defineProperty(globalThis, key, { writable: false });
    }
    preventExtensions(globalThis);
    for (const value of hidden()) add(value);
    while (waiting.length > 0) {
      const object = waiting.pop();
      add(getPrototypeOf(object));
      for (const key of ownKeys(object)) {
        const found = getOwnPropertyDescriptor(object, key);
        for (const part of [found.value, found.get, found.set]) add(part);
        const isInherited =
          object === Object.prototype || object instanceof Error || object === Error.prototype;
        if (isInherited && found.configurable && 'value' in found) protect(object, key, found.value);
      }
      freeze(object);
    }
  }

  const refusalOf = body => {
    const reason = ask('app.refusal', body);
    return reason === true ? undefined : reason;
  };

  const apps = {
    refusal: refusalOf,
    load(body, face) {
      const reason = refusalOf(body);
      if (reason !== undefined) throw new Error(reason);
      const run = ask('app.compile', body);
      lockDown();
      return run(name => {
        if (name !== 'holdfast/app') throw new Error(`an app imports holdfast/app alone, not ${name}`);
        return face;
      });
    },
  };

  const ports = {
    clock,
    entropy,
    network,
    flash,
    apps,
    boot,
    console: {
      log(line) {
        ask('console.log', `${line}`);
      },
      onRequest(handler) {
        requestHandler = handler;
        ask('console.ready');
      },
    },
    pins: {
      write(pin, on) {
        ask('pins.write', +pin, !!on);
      },
      sample: pin => ask('pins.sample', +pin),
      sense: (pin, pull) => ask('pins.sense', +pin, `${pull}`) === 'high',
    },
    buses,
  };
  if (ask('crypto.given') === 'yes') ports.crypto = crypto;
  if (ask('bls.given') === 'yes') ports.bls = bls;

  async function serve(id, text) {
    let answer;
    try {
      const { method, parameters } = parse(text);
      const result = await requestHandler(method, parameters);
      answer = stringify({ result: result === undefined ? null : result });
    } catch (error) {
      const message = typeof error === 'object' && error !== null ? `${error.message}` : `${error}`;
      answer = stringify({ error: message });
    }
    ask('console.answer', id, answer);
  }

  const events = {
    timer(id) {
      const callback = callbacks.get(id);
      callbacks.delete(id);
      if (callback) callback();
    },
    readable(id, count) {
      const options = sockets.get(id);
      if (options) options.onReadable(count);
    },
    writable(id, count) {
      const options = sockets.get(id);
      if (options) options.onWritable(count);
    },
    closed(id, cause) {
      const options = sockets.get(id);
      sockets.delete(id);
      if (options) options.onClosed(cause);
    },
    request(id, text) {
      serve(id, text);
    },
  };

  return {
    makeBytes: length => new Bytes(length),
    describe,
    owns: error => error instanceof Error,
    /** Undefined, or what the image did not catch. */
    start() {
      try {
        globalThis.image.start(ports);
        return undefined;
      } catch (error) {
        return describe(error);
      }
    },
    /** Undefined, or what the image did not catch. */
    emit(event, id, detail) {
      try {
        events[event](id, detail);
        return undefined;
      } catch (error) {
        return describe(error);
      }
    },
  };
});
