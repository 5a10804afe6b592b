/** Mails as git, b4 and lore write them. */
import { describe, expect, it } from 'vitest';
import { readMails, readSubject } from '../../../checker/impact/mail.ts';

const DIFF = ['--- a/mm/x.c', '+++ b/mm/x.c', '@@ -1 +1,2 @@ int f(void)', ' \ta();', '+\tb();', ''].join('\n');
const read = (text: string) => readMails(Buffer.from(text));

const mail = (n: number): string =>
  [
    'From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001',
    'From: =?UTF-8?q?J=C3=B6rg?= <j@example.org>',
    `Subject: [PATCH mm-unstable RFC v4 ${n}/2] mm: step ${n}`,
    '',
    '>From here on it is better.',
    '---',
    DIFF,
  ].join('\n');

describe('a file of patches', () => {
  it('may be a plain diff', async () => {
    expect(await read(DIFF)).toEqual([{ text: DIFF }]);
    expect(await read(`Some words: about it\n\n${DIFF}`)).toHaveLength(1);
  });

  it('may be the page of an archive, with the subject in its text', async () => {
    const [page] = await read(
      ['Address: x', '[PATCH RFC v4 7/7] mm: add it', 'From: A Reader', 'Date: May', DIFF].join('\n'),
    );
    expect([page!.subject, page!.author, page!.place]).toEqual([
      'mm: add it',
      'A Reader',
      { version: 4, number: 7, of: 7 },
    ]);
  });

  it('may be an mbox, in any order', async () => {
    const mails = await read(`${mail(2)}\n${mail(1)}`);
    expect(mails.map(({ subject, author, place }) => [subject, author, place])).toEqual([
      ['mm: step 1', 'Jörg', { version: 4, number: 1, of: 2 }],
      ['mm: step 2', 'Jörg', { version: 4, number: 2, of: 2 }],
    ]);
    expect(mails[0]!.text).toContain('\nFrom here on'.slice(1));
    expect(mails[0]!.text).not.toContain('>From');
  });

  it('may be one mail, encoded or attached', async () => {
    const encoded = await read(
      ['Subject: [PATCH] mm: x', 'Content-Transfer-Encoding: base64', '', Buffer.from(DIFF).toString('base64')].join(
        '\n',
      ),
    );
    expect(encoded[0]).toMatchObject({ subject: 'mm: x' });
    expect(encoded[0]!.text).toContain('+\tb();');
    const attached = await read(
      [
        'Subject: mm: y',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain',
        '',
        'see below',
        '--b',
        'Content-Type: text/x-patch',
        'Content-Disposition: attachment; filename=y.patch',
        '',
        DIFF,
        '--b--',
      ].join('\n'),
    );
    expect(attached[0]!.text).toContain('+\tb();');
  });
});

describe('a subject', () => {
  it.each([
    ['[PATCH v2 07/19] mm/fork: x', 'mm/fork: x', { version: 2, number: 7, of: 19 }],
    ['[PATCH] [RFC] mm: [sic] y', 'mm: [sic] y', undefined],
    ['Re: [PATCH 1/2] mm: y', 'Re: [PATCH 1/2] mm: y', undefined],
  ])('%s', (asked, subject, place) => {
    expect(readSubject(asked)).toEqual(place === undefined ? { subject } : { subject, place });
  });
});
