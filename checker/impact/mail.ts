/** The mails of a file: a plain diff, one mail, or an mbox as git format-patch, b4 and lore write it. */
import PostalMime, { type Email } from 'postal-mime';

/** Of the place of a mail in a series: '[PATCH v2 07/19]'. */
export interface Place {
  readonly version: number;
  readonly number: number;
  readonly of: number;
}

export interface Mail {
  /** Without what stands in brackets in front; absent of a plain diff. */
  readonly subject?: string;
  readonly author?: string;
  readonly place?: Place;
  readonly text: string;
}

/** 'From 6857be5fecae Mon Sep 17 00:00:00 2001' begins a mail of an mbox; in the text of one it is quoted. */
const SEPARATOR = /^From \S+ +\w{3} \w{3} +\d+ [\d:]+ \d{4}\r?$/m;
/** A mail begins with its headers, up to the first empty line; one of them is its subject. */
const HEADERS = /^(?:[A-Za-z][\w-]*:.*\n|[ \t].*\n)*Subject:/;

const splitMbox = (bytes: string): readonly string[] =>
  bytes
    .split(new RegExp(SEPARATOR, 'gm'))
    .map((one) => one.replace(/^\r?\n/, '').replaceAll(/^>(>*From )/gm, '$1'))
    .filter((one) => one.trim() !== '');

/** '[PATCH mm-unstable RFC v4 7/7] mm: add …' → its place, and the title. */
export const readSubject = (subject: string): Pick<Mail, 'subject' | 'place'> => {
  const [, tags = '', title = subject] = /^\s*((?:\[[^\]]*\]\s*)+)(.*)$/.exec(subject) ?? [];
  const [, number, of] = /\b(\d+)\/(\d+)\b/.exec(tags) ?? [];
  const [, version = '1'] = /\bv(\d+)\b/i.exec(tags) ?? [];
  if (number === undefined) return { subject: title };
  return { subject: title, place: { version: Number(version), number: Number(number), of: Number(of) } };
};

/** The text, and patches that were attached. */
const textOf = ({ text = '', attachments }: Email): string =>
  [
    text,
    ...attachments.flatMap(({ mimeType, filename, content }) =>
      /^text\/|patch|diff/.test(`${mimeType} ${filename ?? ''}`) ? (typeof content === 'string' ? [content] : []) : [],
    ),
  ].join('\n');

const readMail = async (bytes: string): Promise<Mail> => {
  const mail = await PostalMime.parse(Buffer.from(bytes, 'latin1'), { attachmentEncoding: 'utf8' });
  const author = mail.from?.name || mail.from?.address;
  return {
    ...readSubject(mail.subject ?? 'a mail without a subject'),
    ...(author === undefined ? {} : { author }),
    text: textOf(mail),
  };
};

/** A plain diff, or the page of an archive, which shows the subject of a mail without a header's name. */
const readPlain = (text: string): Mail => {
  const top = text.split(/^(?:diff --git |--- )/m, 1)[0]!;
  const [subject] = /^(?:Subject: *)?\[[^\]\n]*\bPATCH\b[^\]\n]*\].*$/m.exec(top) ?? [];
  const [, author] = /^(?:From|Author): *([^<\n]*\w)/m.exec(top) ?? [];
  return subject === undefined
    ? { text }
    : { ...readSubject(subject.replace(/^Subject: */, '')), ...(author === undefined ? {} : { author }), text };
};

/** In the order of a series, where they have one. Throws what the parser of mails does not take. */
export const readMails = async (file: Uint8Array): Promise<readonly Mail[]> => {
  const bytes = Buffer.from(file).toString('latin1');
  const inMbox = SEPARATOR.test(bytes);
  if (!inMbox && !HEADERS.test(bytes)) return [readPlain(Buffer.from(file).toString('utf8'))];
  const mails = await Promise.all((inMbox ? splitMbox(bytes) : [bytes]).map((one) => readMail(one)));
  return mails.toSorted((a, b) => (a.place?.number ?? 0) - (b.place?.number ?? 0));
};
