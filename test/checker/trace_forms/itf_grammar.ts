/**
 * The Informal Trace Format as Apalache's ADR-015 has it, clause by clause: what is wrong with a document, each with its path; none
 * where it is a trace. And a reader, which has nothing in common with the writer but the types that the document names.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Object_ = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is Object_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNames = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const listWrong = (value: Json | undefined, at: string): readonly string[] =>
  Array.isArray(value) ? value.flatMap((one, i) => expressionWrong(one as Json, `${at}[${i}]`)) : [`${at} is no list`];

/** The forms that begin with #, each an object of one field. */
const SPECIAL: Readonly<Record<string, (inside: Json | undefined, at: string) => readonly string[]>> = {
  '#bigint': (inside, at) =>
    typeof inside === 'string' && /^-?[0-9]+$/.test(inside) ? [] : [`${at} is no big integer`],
  '#tup': listWrong,
  '#set': listWrong,
  '#map': (inside, at) =>
    Array.isArray(inside) && inside.every((pair) => Array.isArray(pair) && pair.length === 2)
      ? inside.flatMap((pair, i) => listWrong(pair as Json, `${at}[${i}]`))
      : [`${at} is no list of pairs`],
  '#unserializable': (inside, at) => (typeof inside === 'string' ? [] : [`${at} is no text`]),
};

const expressionWrong = (value: Json, at: string): readonly string[] => {
  if (typeof value === 'boolean' || typeof value === 'string') return [];
  if (typeof value === 'number') return Number.isSafeInteger(value) ? [] : [`${at} is no integer within 2^53`];
  if (value === null) return [`${at} is null`];
  if (Array.isArray(value)) return listWrong(value as Json, at);
  const fields = Object.entries(value as Object_);
  const [special] = fields.filter(([name]) => name.startsWith('#'));
  if (special === undefined) return fields.flatMap(([name, one]) => expressionWrong(one, `${at}.${name}`));
  const form = SPECIAL[special[0]];
  if (form === undefined || fields.length > 1) return [`${at} has a field ${special[0]}`];
  return form(special[1], at);
};

const stateWrong = (state: Json, vars: readonly string[], at: string): readonly string[] => {
  if (!isObject(state)) return [`${at} is no object`];
  const { '#meta': meta, ...values } = state;
  return [
    ...(meta === undefined || isObject(meta) ? [] : [`${at}.#meta is no object`]),
    ...vars.filter((name) => !(name in values)).map((name) => `${at} has no ${name}`),
    ...Object.keys(values)
      .filter((name) => !vars.includes(name))
      .map((name) => `${at} has ${name}, which is no variable`),
    ...Object.entries(values).flatMap(([name, value]) => expressionWrong(value, `${at}.${name}`)),
  ];
};

/** Apalache reads no trace that does not say the types of its variables. */
const typesWrong = (meta: Json | undefined, vars: readonly string[]): readonly string[] => {
  const types = isObject(meta) ? meta['varTypes'] : undefined;
  if (!isObject(types)) return ['#meta.varTypes is missing'];
  return [
    ...vars.filter((name) => typeof types[name] !== 'string').map((name) => `#meta.varTypes has no ${name}`),
    ...Object.keys(types).filter((name) => !vars.includes(name)),
  ];
};

const FIELDS = ['#meta', 'params', 'vars', 'states', 'loop'];

export const itfWrong = (document: Json): readonly string[] => {
  if (!isObject(document)) return ['it is no object'];
  const { vars, states, params, loop } = document;
  if (!isNames(vars)) return ['vars is no list of names'];
  if (!Array.isArray(states)) return ['states is no list'];
  return [
    ...Object.keys(document)
      .filter((name) => !FIELDS.includes(name))
      .map((name) => `it has ${name}`),
    ...(params === undefined || isNames(params) ? [] : ['params is no list of names']),
    ...(loop === undefined || (Number.isInteger(loop) && Number(loop) < states.length) ? [] : ['loop is no state']),
    ...typesWrong(document['#meta'], vars),
    ...states.flatMap((state, i) => stateWrong(state as Json, vars, `states[${i}]`)),
  ];
};

/** An integer, however it is written. */
export const integerOf = (value: Json): number =>
  isObject(value) ? Number(value['#bigint']) : typeof value === 'number' ? value : Number.NaN;
