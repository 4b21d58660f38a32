// The WebSocket: connects, comes back with growing pauses, subscribes again, and checks that no frame is missing.

const pingEveryMs = 5000;
const staleAfterMs = 12000;
const pauseMaxMs = 15000;

const keyOf = (subscription) => [subscription.channel, subscription.symbol, subscription.resolution ?? ''].join(' ');

export class Feed {
  #socket = null;
  #wanted = new Map(); // key -> { request, onFrame, sequence }
  #pauseMs = 500;
  #lastHeardMs = 0;
  #onState;

  /** onState('connecting' | 'live' | 'stale' | 'lost') */
  constructor(onState) {
    this.#onState = onState;
    setInterval(() => this.#checkPulse(), 1000);
    setInterval(() => this.#send({ op: 'ping' }), pingEveryMs);
    this.#connect();
  }

  /** request: { channel, symbol, ... }; onFrame(frame) gets snapshots and updates in order. */
  subscribe(request, onFrame) {
    this.#wanted.set(keyOf(request), { request, onFrame, sequence: 0 });
    this.#send({ op: 'subscribe', ...request });
  }

  unsubscribe(request) {
    if (!this.#wanted.delete(keyOf(request))) return;
    const { channel, symbol, resolution } = request;
    this.#send({ op: 'unsubscribe', channel, symbol, ...(resolution && { resolution }) });
  }

  #connect() {
    this.#onState('connecting');
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/market`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#pauseMs = 500;
      this.#heard();
      for (const entry of this.#wanted.values()) {
        entry.sequence = 0;
        this.#send({ op: 'subscribe', ...entry.request });
      }
    };
    socket.onmessage = (message) => {
      if (socket !== this.#socket) return;
      this.#heard();
      this.#take(JSON.parse(message.data));
    };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#lastHeardMs = 0;
      this.#onState('lost');
      setTimeout(() => this.#connect(), this.#pauseMs * (0.5 + Math.random()));
      this.#pauseMs = Math.min(this.#pauseMs * 2, pauseMaxMs);
    };
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #heard() {
    this.#lastHeardMs = Date.now();
    this.#onState('live');
  }

  #checkPulse() {
    if (this.#lastHeardMs > 0 && Date.now() - this.#lastHeardMs > staleAfterMs) this.#onState('stale');
  }

  #take(frame) {
    if (frame.type === 'error') return console.warn(`${frame.code}: ${frame.message}`);
    if (frame.type !== 'snapshot' && frame.type !== 'update') return;
    const entry = this.#wanted.get(keyOf(frame));
    if (!entry) return;
    const begins = frame.type === 'snapshot' && frame.sequence === 1;
    if (!begins && frame.sequence !== entry.sequence + 1) {
      // Before the first snapshot these are frames of an earlier subscription; after it, one is missing: start again.
      if (entry.sequence > 0) this.#socket.close();
      return;
    }
    entry.sequence = frame.sequence;
    entry.onFrame(frame);
  }
}
