// Candles and volumes on a canvas. Candles stand side by side: minutes without a trade take no room.
import { formatUnits, parseUnits } from '/format.js';

const shown = 80;
const axisWidth = 74;
const axisHeight = 22;

export class Chart {
  #canvas;
  #candles = new Map(); // start in ms -> { open, high, low, close, volume } as numbers for drawing
  #queued = false;

  constructor(canvas) {
    this.#canvas = canvas;
    new ResizeObserver(() => this.#queue()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#queue());
  }

  clear() {
    this.#candles.clear();
    this.#queue();
  }

  /** Candles as the API sends them; a later one of the same start replaces the earlier. */
  merge(rows, startOf) {
    for (const row of rows) {
      const [open, high, low, close] = [row.open, row.high, row.low, row.close].map((price) => Number(parseUnits(price)));
      this.#candles.set(startOf(row.startTime), { open, high, low, close, volume: Number(row.volume) });
    }
    this.#queue();
  }

  #queue() {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#draw();
    });
  }

  #draw() {
    const ratio = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#canvas.width = width * ratio;
    this.#canvas.height = height * ratio;
    const pen = this.#canvas.getContext('2d');
    pen.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    pen.font = '11px system-ui, sans-serif';
    const rows = [...this.#candles].sort((a, b) => a[0] - b[0]).slice(-shown);
    if (rows.length === 0) {
      pen.fillStyle = colour('--muted');
      pen.textAlign = 'center';
      pen.fillText('No trades yet', width / 2, height / 2);
      return;
    }
    const scale = this.#scale(rows, width, height);
    this.#drawAxes(pen, rows, scale, colour);
    rows.forEach(([, candle], i) => this.#drawCandle(pen, candle, i, scale, colour));
    const last = rows.at(-1)[1];
    this.#canvas.setAttribute('aria-label', `Candles of one minute; the latest closed at ${formatUnits(BigInt(last.close))}`);
  }

  #scale(rows, width, height) {
    const low = Math.min(...rows.map(([, candle]) => candle.low));
    const high = Math.max(...rows.map(([, candle]) => candle.high));
    const margin = Math.max((high - low) * 0.06, 1);
    const plotHeight = (height - axisHeight) * 0.78;
    const step = (width - axisWidth) / Math.max(rows.length, 24);
    return {
      width, height, low: low - margin, high: high + margin, step,
      volumeMax: Math.max(...rows.map(([, candle]) => candle.volume), 1),
      x: (i) => (i + 0.5) * step,
      y: (price) => 8 + (plotHeight - 8) * (1 - (price - low + margin) / (high - low + 2 * margin)),
      floor: height - axisHeight,
      volumeHeight: (height - axisHeight) * 0.18,
    };
  }

  #drawAxes(pen, rows, scale, colour) {
    pen.strokeStyle = colour('--line');
    pen.fillStyle = colour('--muted');
    pen.lineWidth = 1;
    pen.textAlign = 'left';
    for (let i = 1; i < 5; ++i) {
      const price = scale.low + ((scale.high - scale.low) * i) / 5;
      const y = Math.round(scale.y(price)) + 0.5;
      pen.beginPath();
      pen.moveTo(0, y);
      pen.lineTo(scale.width - axisWidth, y);
      pen.stroke();
      pen.fillText(formatUnits(BigInt(Math.round(price / 100)) * 100n), scale.width - axisWidth + 8, y + 4);
    }
    pen.textAlign = 'center';
    const every = Math.ceil(70 / scale.step);
    for (let i = Math.floor(every / 2); i < rows.length; i += every) {
      pen.fillText(new Date(rows[i][0]).toISOString().slice(11, 16), scale.x(i), scale.height - 7);
    }
  }

  #drawCandle(pen, candle, i, scale, colour) {
    const body = Math.max(1, Math.min(scale.step * 0.66, 12));
    const x = scale.x(i);
    const top = scale.y(Math.max(candle.open, candle.close));
    const bottom = scale.y(Math.min(candle.open, candle.close));
    pen.fillStyle = colour(candle.close >= candle.open ? '--up' : '--down');
    pen.fillRect(x - 0.5, scale.y(candle.high), 1, Math.max(1, scale.y(candle.low) - scale.y(candle.high)));
    pen.fillRect(x - body / 2, top, body, Math.max(1, bottom - top));
    pen.globalAlpha = 0.35;
    const volume = Math.max(1, (scale.volumeHeight * candle.volume) / scale.volumeMax);
    pen.fillRect(x - body / 2, scale.floor - volume, body, volume);
    pen.globalAlpha = 1;
  }
}
