/**
 * Stands for npm `bl` where mqtt-packet is bundled for a board: only what its parser calls. One buffer is
 * enough, because the frame splitter hands the parser whole packets.
 */
const { Buffer } = require('buffer');

class BufferList {
  constructor() {
    this._bytes = Buffer.alloc(0);
  }

  get length() {
    return this._bytes.length;
  }

  append(bytes) {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this._bytes = this._bytes.length === 0 ? view : Buffer.concat([this._bytes, view]);
    return this;
  }

  consume(count) {
    this._bytes = this._bytes.subarray(Math.min(count, this._bytes.length));
    return this;
  }

  slice(start, end) {
    return this._bytes.subarray(start, end);
  }

  toString(encoding, start, end) {
    return this._bytes.toString(encoding, start, end);
  }

  readUInt8(at) {
    return this._bytes.readUInt8(at);
  }

  readUInt16BE(at) {
    return this._bytes.readUInt16BE(at);
  }

  readUInt32BE(at) {
    return this._bytes.readUInt32BE(at);
  }
}

module.exports = () => new BufferList();
