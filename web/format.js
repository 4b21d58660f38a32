// Decimal strings stay strings as long as possible: they are compared and subtracted as integers of 10^-4, never as floats.

const unit = 10000n;

/** "101.25" -> 1012500n */
export function parseUnits(text) {
  const [whole, fraction = ''] = text.replace('-', '').split('.');
  const units = BigInt(whole) * unit + BigInt(fraction.padEnd(4, '0'));
  return text.startsWith('-') ? -units : units;
}

const group = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** Units of 10^-4 with at least two decimals; thousands are set apart. */
export function formatUnits(units) {
  const magnitude = units < 0n ? -units : units;
  const fraction = (magnitude % unit).toString().padStart(4, '0').replace(/0{1,2}$/, '');
  return `${units < 0n ? '\u2212' : ''}${group((magnitude / unit).toString())}.${fraction}`;
}

export const formatPrice = (text) => (text === null || text === undefined ? '\u2013' : formatUnits(parseUnits(text)));
export const formatQuantity = (text) => (text === null || text === undefined ? '\u2013' : group(text));

/** Change from `before` to `now` with its sign, and in percent with two decimals. */
export function formatChange(before, now) {
  if (!before || !now) return { text: '\u2013', direction: '' };
  const from = parseUnits(before);
  const difference = parseUnits(now) - from;
  const sign = difference > 0n ? '+' : '';
  const hundredths = Number((difference * 10000n) / from) / 100;
  const percent = hundredths.toFixed(2).replace('-', '\u2212');
  return { text: `${sign}${formatUnits(difference)} (${sign}${percent} %)`, direction: difference > 0n ? 'up' : difference < 0n ? 'down' : '' };
}

/** Nanoseconds since the epoch as a string of digits, or ISO 8601: milliseconds since the epoch. */
export const toMilliseconds = (text) => (/^\d+$/.test(text) ? Number(BigInt(text) / 1000000n) : Date.parse(text));

export const clockTime = (text) => new Date(toMilliseconds(text)).toISOString().slice(11, 23);
