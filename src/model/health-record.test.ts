import { describe, expect, it } from 'vitest';

import { healthRecordContent } from './health-record.ts';

describe('healthRecordContent', () => {
  it('asks every address for the same page and fails open', () => {
    expect(healthRecordContent(['192.0.2.1', '192.0.2.2'])).toBe(
      "ifurlup('http://up.evenkeel/',{'192.0.2.1','192.0.2.2'},{selector='all',backupSelector='all',timeout='1',stringmatch='OK',useragent='evenkeel'})",
    );
  });
});
