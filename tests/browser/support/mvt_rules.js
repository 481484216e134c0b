// The rules of the Mapbox Vector Tile Specification 2.1, section 4, for the bytes of a tile, read without any decoder of tiles.

import { PbfReader } from 'pbf';

const [VARINT, FIXED_64, BYTES, FIXED_32] = [0, 1, 2, 5];
const [MOVE_TO, LINE_TO, CLOSE_PATH] = [1, 2, 7];
const [UNKNOWN, POINT, LINE, POLYGON] = [0, 1, 2, 3];

/** Wire types of a value's fields: exactly one of them is there. */
const VALUE = { 1: BYTES, 2: FIXED_32, 3: FIXED_64, 4: VARINT, 5: VARINT, 6: VARINT, 7: VARINT };
const LAYER = { 1: BYTES, 2: BYTES, 3: BYTES, 4: BYTES, 5: VARINT, 15: VARINT };
const FEATURE = { 1: VARINT, 2: BYTES, 3: VARINT, 4: BYTES };

/**
 * What breaks a rule; nothing for a valid tile.
 * @param {Uint8Array} bytes
 * @returns {string[]}
 */
export function faultsOf(bytes) {
  /** @type {string[]} */
  const faults = [];
  try {
    const names = new Set();
    for (const { value } of fields(bytes, { 3: BYTES })) {
      const name = layerFaults(value, faults);
      if (names.has(name)) faults.push(`two layers are named ${name}`);
      names.add(name);
    }
  } catch (error) {
    faults.push(String(error));
  }
  return faults;
}

/**
 * The fields of a message, each of which must be known and of its type.
 * @param {Uint8Array} bytes
 * @param {Record<number, number>} types
 * @returns {{ tag: number, value: any }[]}
 */
function fields(bytes, types) {
  const reader = new PbfReader(bytes);
  const found = [];
  while (reader.pos < reader.length) {
    const head = reader.readVarint();
    const [tag, type] = [head >> 3, head & 7];
    if (types[tag] !== type) throw new Error(`field ${tag} of wire type ${type}`);
    if (type === VARINT) found.push({ tag, value: reader.readVarint() });
    else if (type === BYTES) found.push({ tag, value: reader.readBytes() });
    else {
      reader.pos += type === FIXED_64 ? 8 : 4;
      found.push({ tag, value: null });
    }
    if (reader.pos > reader.length) throw new Error(`field ${tag} is cut off`);
  }
  return found;
}

/**
 * @param {Uint8Array} bytes
 * @param {string[]} faults
 */
function layerFaults(bytes, faults) {
  const found = fields(bytes, LAYER);
  const all = (/** @type {number} */ tag) => found.filter((field) => field.tag === tag).map(({ value }) => value);
  const [name] = all(1);
  const text = new TextDecoder('utf-8', { fatal: true });
  if (name === undefined || name.length === 0) faults.push('a layer without a name');
  if (all(15)[0] !== 2) faults.push(`version ${all(15)[0]}`);
  const keys = all(3).map((key) => text.decode(key));
  const values = all(4).filter((value) => fields(value, VALUE).length === 1);
  if (values.length !== all(4).length) faults.push('a value that is not one value');
  for (const feature of all(2)) featureFaults(feature, keys.length, values.length, faults);
  return text.decode(name);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} keys
 * @param {number} values
 * @param {string[]} faults
 */
function featureFaults(bytes, keys, values, faults) {
  const found = fields(bytes, FEATURE);
  const all = (/** @type {number} */ tag) => found.filter((field) => field.tag === tag).map(({ value }) => value);
  for (const tag of [1, 2, 3, 4]) if (all(tag).length > 1) faults.push(`field ${tag} of a feature is there twice`);
  const [type] = all(3);
  if (!(type >= UNKNOWN && type <= POLYGON)) faults.push(`type ${type}`);
  const tags = numbers(all(2)[0] ?? new Uint8Array());
  if (tags.length % 2 !== 0) faults.push('a tag without a value');
  if (tags.some((tag, n) => tag >= (n % 2 === 0 ? keys : values))) faults.push('a tag of nothing');
  if (all(4).length === 0) faults.push('no geometry');
  else faults.push(...geometryFaults(type, numbers(all(4)[0])));
}

/** @param {Uint8Array} bytes */
function numbers(bytes) {
  const reader = new PbfReader(bytes);
  /** @type {number[]} */
  const found = [];
  while (reader.pos < reader.length) found.push(reader.readVarint());
  return found;
}

/**
 * @param {number} type
 * @param {number[]} numbers
 */
function geometryFaults(type, numbers) {
  if (type === UNKNOWN) return [];
  const faults = [];
  const commands = commandsOf(numbers);
  if (commands === null) return ['a command without its parameters'];
  const shape = commands.map(({ command }) => command).join(' ');
  const one = { [POINT]: /^1$/, [LINE]: /^1 2( 1 2)*$/, [POLYGON]: /^1 2 7( 1 2 7)*$/ }[type];
  if (!one?.test(shape)) return [`commands ${shape} for type ${type}`];
  if (type === POINT) return [];
  if (commands.some(({ command, count }) => command === MOVE_TO && count !== 1))
    faults.push('a path with two beginnings');
  if (commands.some(({ command, count }) => command === CLOSE_PATH && count !== 1)) faults.push('a ring closed twice');
  const paths = commands.filter(({ command }) => command === LINE_TO);
  if (paths.some(({ count }) => count < (type === LINE ? 1 : 2))) faults.push('a path that is too short');
  if (paths.some(({ steps }) => steps.some(([x, y]) => x === 0 && y === 0))) faults.push('a step to the same place');
  if (type === POLYGON) faults.push(...ringFaults(commands));
  return faults;
}

/** @typedef {{ command: number, count: number, steps: [number, number][] }} Command */

/**
 * @param {number[]} numbers
 * @returns {Command[] | null}
 */
function commandsOf(numbers) {
  const zigzag = (/** @type {number} */ n) => (n >>> 1) ^ -(n & 1);
  /** @type {Command[]} */
  const commands = [];
  for (let at = 0; at < numbers.length; ) {
    const head = /** @type {number} */ (numbers[at]);
    const [command, count] = [head & 7, head >>> 3];
    if (count === 0 || ![MOVE_TO, LINE_TO, CLOSE_PATH].includes(command)) return null;
    const parameters = command === CLOSE_PATH ? [] : numbers.slice(at + 1, at + 1 + 2 * count);
    if (command !== CLOSE_PATH && parameters.length !== 2 * count) return null;
    /** @type {[number, number][]} */
    const steps = [];
    for (let n = 0; n < parameters.length; n += 2) {
      steps.push([zigzag(/** @type {number} */ (parameters[n])), zigzag(/** @type {number} */ (parameters[n + 1]))]);
    }
    commands.push({ command, count, steps });
    at += 1 + parameters.length;
  }
  return commands;
}

/**
 * The first ring is an outer one: clockwise on the screen, of positive area. None is of no area.
 * @param {Command[]} commands
 */
function ringFaults(commands) {
  const areas = [];
  let [x, y] = [0, 0];
  for (let n = 0; n < commands.length; n += 3) {
    /** @type {[number, number][]} */
    const ring = [];
    for (const { steps } of commands.slice(n, n + 2)) {
      for (const [dx, dy] of steps) {
        [x, y] = [x + dx, y + dy];
        ring.push([x, y]);
      }
    }
    const next = (/** @type {number} */ at) => /** @type {[number, number]} */ (ring[(at + 1) % ring.length]);
    areas.push(ring.reduce((sum, [x, y], at) => sum + x * next(at)[1] - next(at)[0] * y, 0));
  }
  if (areas.some((area) => area === 0)) return ['a ring of no area'];
  return areas[0] !== undefined && areas[0] < 0 ? ['a hole without a polygon'] : [];
}
