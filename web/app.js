// The market page: the table of all instruments, and the book, trades and candles of the chosen one.
import { Chart } from '/chart.js';
import { Feed } from '/feed.js';
import { clockTime, formatChange, formatPrice, formatQuantity, formatUnits, parseUnits, toMilliseconds } from '/format.js';

const ladderDepth = 10;
const tradesShown = 24;
const byId = (id) => document.getElementById(id);

function element(name, text = '', className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function setText(cell, text) {
  if (cell.textContent !== text) cell.textContent = text;
}

// --- The table of all instruments ---

const rows = new Map(); // symbol -> { row, cells, ticker }
let chosen = null;

function makeRow(symbol) {
  const row = element('tr');
  const head = element('th');
  head.scope = 'row';
  const button = element('button', symbol);
  button.type = 'button';
  head.append(button);
  row.append(head);
  const cells = {};
  for (const name of ['last', 'change', 'bidQuantity', 'bid', 'ask', 'askQuantity', 'volume']) {
    cells[name] = element('td', '', 'num');
    row.append(cells[name]);
  }
  row.addEventListener('click', () => choose(symbol));
  const entry = { row, head, cells, ticker: null };
  rows.set(symbol, entry);
  placeInOrder(symbol, row);
  applyFilter(symbol, entry);
  return entry;
}

const phaseOf = (ticker) => ticker.state.replaceAll('_', ' ');

function placeInOrder(symbol, row) {
  const body = byId('instruments');
  const next = [...body.rows].find((other) => other.dataset.symbol > symbol);
  row.dataset.symbol = symbol;
  body.insertBefore(row, next ?? null);
}

function flash(cell, before, now) {
  if (!before || !now || before === now) return;
  const name = parseUnits(now) > parseUnits(before) ? 'rise' : 'fall';
  cell.classList.remove('rise', 'fall');
  void cell.offsetWidth; // starts the animation anew
  cell.classList.add(name);
}

function showTicker(ticker) {
  const entry = rows.get(ticker.symbol) ?? makeRow(ticker.symbol);
  const { cells, ticker: before } = entry;
  for (const name of ['last', 'bid', 'ask']) {
    setText(cells[name], formatPrice(ticker[name]));
    if (before) flash(cells[name], before[name], ticker[name]);
  }
  for (const name of ['bidQuantity', 'askQuantity', 'volume']) setText(cells[name], formatQuantity(ticker[name]));
  const change = formatChange(ticker.open, ticker.last);
  setText(cells.change, change.text);
  cells.change.className = `num ${change.direction}`;
  if (before?.state !== ticker.state) {
    entry.head.querySelector('.halted')?.remove();
    if (ticker.state !== 'trading') entry.head.append(element('span', phaseOf(ticker), 'halted'));
  }
  entry.ticker = ticker;
  if (ticker.symbol === chosen) showFacts(ticker);
}

function applyFilter(symbol, entry) {
  entry.row.hidden = !symbol.includes(byId('filter').value.trim().toUpperCase());
}

function showCount() {
  const visible = [...rows.values()].filter((entry) => !entry.row.hidden).length;
  setText(byId('count'), visible === rows.size ? `${rows.size} instruments` : `${visible} of ${rows.size} instruments`);
  byId('empty').hidden = visible > 0;
  setText(byId('empty'), rows.size === 0 ? 'No instrument is listed yet.' : 'No symbol matches the filter.');
}

function filterAll() {
  for (const [symbol, entry] of rows) applyFilter(symbol, entry);
  showCount();
}

// --- The chosen instrument ---

const chart = new Chart(byId('chart'));
const book = { bids: new Map(), asks: new Map() }; // price -> quantity, decimal strings
let trades = [];

function showFacts(ticker) {
  setText(byId('detail-title'), ticker.symbol);
  setText(byId('detail-last'), formatPrice(ticker.last));
  byId('detail-last').className = `big num ${formatChange(ticker.open, ticker.last).direction}`;
  const facts = [['Open', formatPrice(ticker.open)], ['High', formatPrice(ticker.high)], ['Low', formatPrice(ticker.low)],
    ['Volume', formatQuantity(ticker.volume)], ['Turnover', formatPrice(ticker.turnover)]];
  if (ticker.state !== 'trading') facts.unshift(['Phase', phaseOf(ticker)]);
  if (ticker.indicativeVolume !== null) {
    facts.splice(1, 0, ['Indicative', formatPrice(ticker.indicativePrice)], ['Would trade', formatQuantity(ticker.indicativeVolume)],
      ['Imbalance', formatQuantity(ticker.imbalance)]);
  }
  byId('facts').replaceChildren(...facts.map(([name, value]) => {
    const pair = element('div');
    pair.append(element('dt', name), element('dd', value));
    return pair;
  }));
}

function takeBook(frame) {
  for (const side of ['bids', 'asks']) {
    if (frame.type === 'snapshot') book[side].clear();
    for (const [price, quantity] of frame[side]) {
      if (quantity === '0') book[side].delete(price);
      else book[side].set(price, quantity);
    }
  }
  redraw(showBook);
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Best first, with the running total. */
function levelsOf(side) {
  const direction = side === 'bids' ? -1 : 1;
  let total = 0n;
  return [...book[side]].map(([price, quantity]) => ({ price: parseUnits(price), quantity: BigInt(quantity) }))
    .sort((a, b) => direction * compare(a.price, b.price))
    .map((level) => ({ ...level, total: (total += level.quantity) }));
}

function showBook() {
  const sides = { bids: levelsOf('bids'), asks: levelsOf('asks') };
  const largest = [...sides.bids, ...sides.asks].reduce((most, level) => (level.total > most ? level.total : most), 1n);
  for (const side of ['bids', 'asks']) {
    const made = sides[side].map((level) => {
      const row = element('tr');
      row.style.setProperty('--share', `${Number((level.total * 1000n) / largest) / 10}%`);
      row.append(element('td', formatUnits(level.price), 'num'), element('td', formatQuantity(level.quantity.toString()), 'num'),
        element('td', formatQuantity(level.total.toString()), 'num'));
      return row;
    });
    byId(side).replaceChildren(...(side === 'asks' ? made.reverse() : made));
  }
  const [bid, ask] = [sides.bids[0], sides.asks[0]];
  setText(byId('spread'), bid && ask ? `Spread ${formatUnits(ask.price - bid.price)}` : '');
}

function takeTrades(frame) {
  trades = [...(frame.type === 'snapshot' ? [] : trades), ...frame.trades].slice(-tradesShown);
  redraw(showTrades);
}

/** Busts and corrections of trades that are shown. */
function takeStatus(frame) {
  for (const notice of frame.notices) {
    const trade = trades.find((one) => one.matchNumber === notice.matchNumber);
    if (!trade) continue;
    trade.state = notice.notice === 'trade_busted' ? 'busted' : 'corrected';
    trade.price = notice.price;
  }
  redraw(showTrades);
}

const sideClass = { buy: 'up', sell: 'down' };

function showTrades() {
  byId('trades').replaceChildren(...trades.toReversed().map((trade) => {
    const row = element('tr', '', trade.state);
    if (trade.state !== 'regular' || trade.kind !== 'continuous') row.title = `${trade.kind}, ${trade.state}`;
    row.append(element('td', clockTime(trade.time)), element('td', formatPrice(trade.price), `num ${sideClass[trade.takerSide] ?? ''}`),
      element('td', formatQuantity(trade.quantity), 'num'));
    return row;
  }));
}

const queued = new Set();
/** Once per picture, however many frames come. */
function redraw(show) {
  if (queued.size === 0) requestAnimationFrame(() => {
    const all = [...queued];
    queued.clear();
    for (const one of all) one();
  });
  queued.add(show);
}

const subscriptionsOf = (symbol) => [
  [{ channel: 'l2', symbol, depth: ladderDepth }, takeBook],
  [{ channel: 'trades', symbol }, takeTrades],
  [{ channel: 'status', symbol }, takeStatus],
  [{ channel: 'candles', symbol, resolution: '1m' }, (frame) => chart.merge(frame.candles, toMilliseconds)],
];

async function loadCandles(symbol) {
  try {
    const response = await fetch(`/marketdata/candles?symbol=${encodeURIComponent(symbol)}&resolution=1m&limit=100`);
    if (!response.ok) return; // the subscription brings the latest candles too
    const { candles } = await response.json();
    if (symbol === chosen) chart.merge(candles, toMilliseconds);
  } catch {
    // no connection: the badge says so
  }
}

function choose(symbol) {
  if (symbol === chosen) return;
  if (chosen !== null) for (const [request] of subscriptionsOf(chosen)) feed.unsubscribe(request);
  for (const [name, entry] of rows) {
    entry.row.dataset.chosen = name === symbol;
    entry.head.firstChild.setAttribute('aria-pressed', name === symbol);
  }
  chosen = symbol;
  history.replaceState(null, '', `#${encodeURIComponent(symbol)}`);
  book.bids.clear();
  book.asks.clear();
  trades = [];
  chart.clear();
  showFacts(rows.get(symbol).ticker);
  redraw(showBook);
  redraw(showTrades);
  loadCandles(symbol).then(() => {
    if (symbol === chosen) for (const [request, take] of subscriptionsOf(symbol)) feed.subscribe(request, take);
  });
}

// --- Start ---

const stateNames = { connecting: 'Connecting', live: 'Live', stale: 'Stale: nothing heard', lost: 'Disconnected: trying again' };
function showState(state) {
  const badge = byId('connection');
  if (badge.dataset.state === state) return;
  badge.dataset.state = state;
  badge.textContent = stateNames[state];
}

function takeTickers(frame) {
  for (const ticker of frame.tickers) showTicker(ticker);
  showCount();
  if (chosen !== null || rows.size === 0) return;
  const wanted = decodeURIComponent(location.hash.slice(1));
  choose(rows.has(wanted) ? wanted : [...rows.keys()].sort()[0]);
}

byId('filter').addEventListener('input', filterAll);
const feed = new Feed(showState);
feed.subscribe({ channel: 'l1', symbol: '*' }, takeTickers);
