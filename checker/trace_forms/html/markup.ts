/** Markup as text. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => ENTITIES[one]!);

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element; `inside` is markup. An attribute that is true has no value, one that is false or undefined is left out. */
export const element = (name: string, attributes: Attributes, inside: string | readonly string[] = ''): string => {
  const said = Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined || value === false) return [];
    return [value === true ? key : `${key}="${escaped(String(value))}"`];
  });
  return `<${[name, ...said].join(' ')}>${typeof inside === 'string' ? inside : inside.join('')}</${name}>`;
};
