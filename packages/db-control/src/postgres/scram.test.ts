import { matchesVerifier, scramVerifier } from './scram.js';

test("the verifier is RFC 7677's example, as PostgreSQL stores it", async () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  expect(await scramVerifier('pencil', salt, 4096)).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

test('a verifier fits its own password only, whatever the salt', async () => {
  const stored = await scramVerifier('right');
  expect(await matchesVerifier(stored, 'right')).toBe(true);
  expect(await matchesVerifier(stored, 'wrong')).toBe(false);
  expect(stored).not.toBe(await scramVerifier('right'));
});

test.each(['', 'md5abc', 'SCRAM-SHA-256$4096:x'])('%j fits no password', async (stored) => {
  expect(await matchesVerifier(stored, '')).toBe(false);
});
