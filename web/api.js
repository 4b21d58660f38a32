// The API reference, made from the OpenAPI document that the exchange itself serves. Text only ever becomes text nodes.

const methods = ['get', 'post', 'put', 'patch', 'delete'];
let api = null;

/** element('td', 'text', node, ...) */
function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

function withClass(className, made) {
  made.className = className;
  return made;
}

function resolve(value) {
  if (!value?.$ref) return value;
  const found = value.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], api);
  const { $ref, ...beside } = value;
  return { ...found, ...beside };
}

const nameOfRef = (value) => value?.$ref?.split('/').at(-1);

/** `code`, **strong** and *emphasis* of a line of text. */
function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/).map((part) => {
    if (part.startsWith('`') && part.length > 2) return element('code', part.slice(1, -1));
    if (part.startsWith('**') && part.length > 4) return element('strong', part.slice(2, -2));
    if (part.startsWith('*') && part.length > 2 && part.endsWith('*')) return element('em', part.slice(1, -1));
    return part;
  });
}

function prose(text) {
  const block = withClass('prose', element('div'));
  for (const paragraph of (text ?? '').trim().split(/\n\s*\n/)) if (paragraph) block.append(element('p', ...inline(paragraph)));
  return block;
}

function table(headings, rows) {
  const head = element('tr', ...headings.map((heading) => {
    const cell = element('th', heading);
    cell.scope = 'col';
    return cell;
  }));
  const body = rows.map((cells) => element('tr', ...cells.map((cell) => element('td', ...[cell].flat()))));
  return withClass('table-scroll', element('div', element('table', element('thead', head), element('tbody', ...body))));
}

// --- Schemas ---

function link(name) {
  const made = element('a', name);
  made.href = `#schema-${name}`;
  return made;
}

function constraints(schema) {
  const parts = [];
  if (schema.enum) parts.push(schema.enum.map((value) => String(value)).join(' | '));
  if (schema.pattern) parts.push(schema.pattern);
  if (schema.minimum !== undefined || schema.maximum !== undefined) parts.push(`${schema.minimum ?? ''} \u2026 ${schema.maximum ?? ''}`);
  if (schema.default !== undefined) parts.push(`default ${schema.default}`);
  return parts.flatMap((part) => [' ', element('code', part)]);
}

function typeOf(schema) {
  if (!schema) return [];
  if (schema.$ref) return [link(nameOfRef(schema))];
  const choices = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (choices) return choices.flatMap((choice, i) => [...(i ? [schema.allOf ? ' and ' : ' or '] : []), ...typeOf(choice)]);
  if (schema.type === 'array') return ['array of ', ...typeOf(schema.items)];
  return [[schema.type ?? 'any'].flat().join(' | '), ...constraints(schema)];
}

/** Everything that can be a member: own properties and those of the parts, with the path of nested ones. */
function members(given, prefix = '') {
  const schema = prefix === '' ? resolve(given) : given;
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const path = prefix + name;
    const row = [element('code', path), schema.required?.includes(name) ? 'yes' : '', typeOf(value), inline(resolve(value).description ?? '')];
    const inner = value.type === 'array' ? value.items : value;
    const below = inner.$ref ? [] : members(inner, `${path}${value.type === 'array' ? '[]' : ''}.`);
    return [row, ...below];
  });
  return [...parts.flatMap((part) => members(resolve(part), prefix)), ...own];
}

function schemaTable(schema) {
  const rows = members(schema);
  return rows.length > 0 ? table(['Member', 'Required', 'Type', ''], rows) : prose('');
}

function schemaCard(name, schema) {
  const type = element('p', ...typeOf(schema));
  const rows = members(schema);
  const content = rows.length > 0 ? table(['Member', 'Required', 'Type', ''], rows) : withClass('prose', element('div', type));
  const card = withClass('schema card', element('section', element('h3', name), prose(schema.description), content));
  card.id = `schema-${name}`;
  return card;
}

// --- Operations ---

function parameterRows(parameters) {
  return parameters.map(resolve).map((parameter) => [
    element('code', parameter.name), parameter.in, parameter.required ? 'yes' : '', typeOf(parameter.schema), inline(parameter.description ?? ''),
  ]);
}

function bodySchema(holder) {
  return Object.values(holder?.content ?? {})[0]?.schema;
}

function responseRows(responses) {
  return Object.entries(responses ?? {}).map(([status, given]) => {
    const response = resolve(given);
    return [element('code', status), inline(response.description ?? ''), typeOf(bodySchema(response))];
  });
}

function operationCard({ method, path, operation, shared }) {
  const badge = withClass('method', element('span', method));
  badge.dataset.method = method;
  const title = element('h3', badge, withClass('path', element('span', path)));
  if (operation.security?.length) title.append(withClass('key', element('span', 'signed')));
  const card = withClass('operation card', element('article', title));
  card.id = `operation-${operation.operationId}`;
  card.append(prose([operation.summary, operation.description].filter(Boolean).join('\n\n')));
  const parameters = [...shared, ...(operation.parameters ?? [])];
  if (parameters.length > 0)
    card.append(element('h4', 'Parameters'), table(['Name', 'In', 'Required', 'Type', ''], parameterRows(parameters)));
  const body = bodySchema(resolve(operation.requestBody));
  if (body) {
    card.append(element('h4', 'Body ', ...(body.$ref ? typeOf(body) : [])), schemaTable(body));
  }
  card.append(element('h4', 'Answers'), table(['Status', 'Meaning', 'Body'], responseRows(operation.responses)));
  return card;
}

function operationsOf(tag) {
  return Object.entries(api.paths).flatMap(([path, item]) => methods.filter((method) => item[method])
    .map((method) => ({ method, path, operation: item[method], shared: item.parameters ?? [] }))
    .filter(({ operation }) => (operation.tags ?? ['other']).includes(tag)));
}

// --- The page ---

function chapter(title, description, cards, entries) {
  const heading = element('h2', title);
  document.getElementById('chapters').append(heading, ...(description ? [prose(description)] : []), ...cards);
  const list = element('ul', ...entries.map(([text, target]) => {
    const made = element('a', text);
    made.href = `#${target}`;
    return element('li', made);
  }));
  document.getElementById('contents').append(element('h2', title), list);
}

function tagNames() {
  const used = Object.values(api.paths).flatMap((item) => methods.flatMap((method) => (item[method] ? item[method].tags ?? ['other'] : [])));
  return [...new Set([...(api.tags ?? []).map((tag) => tag.name), ...used])];
}

function errorCodes() {
  const codes = api['x-error-codes'];
  if (!Array.isArray(codes)) return;
  const card = withClass('card', element('section', table(['Code', 'Name', 'HTTP status', ''],
    codes.map((row) => [element('code', String(row.code)), row.name, String(row.status ?? ''), inline(row.description ?? '')]))));
  card.id = 'error-codes';
  chapter('Error codes', '', [card], [['All codes', 'error-codes']]);
}

function render() {
  document.getElementById('version').textContent = `Version ${api.info.version}`;
  document.getElementById('version').dataset.state = 'live';
  document.getElementById('chapters').replaceChildren();
  const introduction = withClass('card', element('section', prose(api.info.description)));
  introduction.id = 'introduction';
  chapter(api.info.title, '', [introduction], [['Introduction', 'introduction']]);
  for (const name of tagNames()) {
    const operations = operationsOf(name);
    if (operations.length === 0) continue;
    chapter(name[0].toUpperCase() + name.slice(1), api.tags?.find((tag) => tag.name === name)?.description, operations.map(operationCard),
      operations.map(({ operation }) => [operation.summary ?? operation.operationId, `operation-${operation.operationId}`]));
  }
  errorCodes();
  const schemas = Object.entries(api.components?.schemas ?? {});
  chapter('Schemas', '', schemas.map(([name, schema]) => schemaCard(name, schema)), schemas.map(([name]) => [name, `schema-${name}`]));
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

try {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw new Error(`the exchange answered ${response.status}`);
  api = await response.json();
  render();
} catch (error) {
  document.getElementById('version').textContent = 'Not available';
  document.getElementById('chapters').replaceChildren(withClass('empty', element('p', `The description could not be loaded: ${error.message}. Reload to try again.`)));
}
