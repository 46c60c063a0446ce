/** Stands for npm `events` where mqtt-packet is bundled for a board: its parser only uses `on` and `emit`. */
class EventEmitter {
  on(name, listener) {
    if (this._listeners === undefined) this._listeners = Object.create(null);
    this._listeners[name] = [...(this._listeners[name] ?? []), listener];
    return this;
  }

  emit(name, ...values) {
    const listeners = this._listeners?.[name] ?? [];
    for (const listener of listeners) listener.apply(this, values);
    return listeners.length > 0;
  }
}

module.exports = { EventEmitter };
